"""What everybody may read holds nobody's telephone, door or card."""

from stations.foundation.redaction import find_personal
from stations.foundation.refusal import refuse


def check_public(*words, names=(), where="大家都看得到的话里"):
    """Refuse words for the public that hold somebody's personal data, naming what it is.
    `where` is how the sentence begins for words that fewer people read."""
    found = find_personal(" ".join(words), names=[name for name in names if len(name) > 1])
    if found:
        what = "、".join(dict.fromkeys(f"{one.label}“{one.text}”" for one in found))
        refuse(f"{where}有{what}，请去掉再发。")
