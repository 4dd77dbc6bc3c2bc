"""When must they answer? Every deadline of a procedure for a case that begins on a given day.

An invented case goes along the procedure's main way in the interpreter; whoever must act uses up the whole time.
So every day told here is one that the engine itself would set. Counting is `gongshi.rules.deadlines`'s (民事诉讼法
Art. 85, 民法典 Art. 201, 203); the articles of each deadline are the procedure's own. See docs/rules/timelines.md.
"""

from gongshi.rules.timeline.drawing import drawing
from gongshi.rules.timeline.model import Beside, Span, Timeline
from gongshi.rules.timeline.walking import timeline

__all__ = ["Beside", "Span", "Timeline", "drawing", "timeline"]
