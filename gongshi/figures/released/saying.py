"""What the check says of a file: one sentence in both languages, with the file and the row that it is about."""

from typing import NamedTuple

Sentence = tuple[str, str]
"""The same in 中文 and in English."""


class Place(NamedTuple):
    """A row of a file, counted as spreadsheets do: the names of columns are row 1. 0: the file as a whole."""

    file: str
    row: int = 0

    def says(self, sentence: Sentence) -> str:
        """The sentence with the place before it, in each language."""
        zh, en = sentence
        if not self.row:
            return f"{self.file}：{zh} / {self.file}: {en}"
        return f"{self.file} 第 {self.row} 行：{zh} / {self.file} row {self.row}: {en}"


def named(*key: str) -> str:
    """What a row is about, by the words of its key."""
    return " ".join(filter(None, key))


def about(words: str, sentence: Sentence) -> Sentence:
    """The sentence with what it is about before it."""
    zh, en = sentence
    return f"{words}：{zh}", f"{words}: {en}"
