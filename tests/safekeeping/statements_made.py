"""A house and a witness made of nothing but keys: signed heads, promises, proofs and kept heads, without a database."""

from dataclasses import dataclass, field, replace
from typing import Any

from gongshi.formats.proof.commitments import WORDS_LABEL, commitment
from gongshi.formats.proof.file import Opening, ProofFile, Words, written
from gongshi.formats.proof.kept import KEPT_FORMAT
from gongshi.formats.proof.statements import Cosignature, Head, Promise, base64_text, head_digest, key_id
from gongshi.rules.ledger import Tree
from gongshi.safekeeping.signatures import public_of, sign

SALT = bytes(range(16))
AT = "2026-03-02T01:00:00Z"
CLOSED = "2026-03-02T01:10:00Z"


@dataclass
class House:
    """A ledger of given entries, and the key that signs it."""

    secret: bytes = b"\x01" * 32
    entries: list[bytes] = field(default_factory=list)
    origin: str = "https://gongshi.example"
    closed: str = CLOSED

    @property
    def public(self) -> bytes:
        """The public key."""
        return public_of(self.secret)

    @property
    def keys(self) -> dict[str, str]:
        """The public key as files hold it."""
        return {key_id(self.public): base64_text(self.public)}

    def signed(self, statement: Any) -> Any:
        """A statement of this house with its signature."""
        named = replace(statement, key=key_id(self.public))
        return replace(named, signature=base64_text(sign(self.secret, named.signed_bytes())))

    def head(self, batch: int, size: int | None = None) -> Head:
        """The head of a batch."""
        tree = Tree(self.entries)
        chosen = len(tree) if size is None else size
        unsigned = Head("", "", self.origin, batch, chosen, tree.root(chosen).hex(), self.closed)
        return self.signed(unsigned)  # type: ignore[no-any-return]

    def consistency(self, first: Head, second: Head) -> dict[str, Any]:
        """Two heads with the path between them, as the API gives them."""
        path = Tree(self.entries).consistency(first.size, second.size)
        return {
            "first": first.as_data(),
            "second": second.as_data(),
            "path": [step.hex() for step in path],
        }

    def proof(self, *texts: str, head: Head | None = None) -> bytes:
        """A file with one entry for each text; all of them are put into the ledger if ``head`` is not given."""
        openings = [self._opening(text) for text in texts]
        if head is None:
            self.entries += [bytes.fromhex(one.promise.commitment) for one in openings]
            head = self.head(1)
        tree = Tree(self.entries[: head.size])
        placed = []
        for one in openings:
            made = bytes.fromhex(one.promise.commitment)
            if made in self.entries[: head.size]:
                index = self.entries.index(made)
                path = [step.hex() for step in tree.inclusion(index)]
                placed.append(replace(one, batch=head.batch, index=index, path=path))
            else:
                placed.append(one)
        file = ProofFile(
            {"zh": "", "en": ""}, self.origin, CLOSED, self.keys, head, [], placed, key_id(self.public)
        )
        signature = base64_text(sign(self.secret, file.signed_bytes()))
        return written(file.signed(signature).as_data())

    def _opening(self, text: str) -> Opening:
        said = {"text": text}
        params = {"words": commitment(SALT, said, WORDS_LABEL).hex()}
        entry = {"at": AT, "code": "case.opened", "params": params, "text": text}
        made = commitment(SALT, entry).hex()
        promise = self.signed(Promise("", "", self.origin, made, AT, "2026-03-03T01:00:00Z"))
        return Opening(SALT.hex(), entry, promise, words=Words(SALT.hex(), said))


@dataclass
class Newspaper:
    """A witness."""

    secret: bytes = b"\x02" * 32

    def kept(self, house: House, head: Head, **instead: Any) -> dict[str, Any]:
        """A head that it signed too, as its folder holds it."""
        public = public_of(self.secret)
        unsigned = Cosignature(key_id(public), "", head_digest(head), CLOSED)
        signature = base64_text(sign(self.secret, unsigned.signed_bytes()))
        return {
            "format": KEPT_FORMAT,
            "head": head.as_data(),
            "cosignature": {**unsigned.as_data(), "signature": signature},
            "witness": base64_text(public),
            "keys": house.keys,
            **instead,
        }
