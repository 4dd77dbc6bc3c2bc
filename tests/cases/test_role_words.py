"""Who did it, in words: every role that a step can be made in has its own."""

from gongshi.cases.labels import BY
from gongshi.rules.procedure import EFFECTS
from gongshi.web.desk.words import BY as AT_THE_DESK


def test_every_role_of_a_step_has_words_and_no_level_reads_as_the_program() -> None:
    roles = frozenset().union(*(effect.by for effect in EFFECTS.values()))
    assert {"above", "above_2", "above_3", "above_4"} < roles
    for words in (BY, AT_THE_DESK):
        assert roles <= set(words)
        assert [role for role in sorted(roles) if words[role] == words["system"]] == ["system"]
