"""Words that were looked for, marked where they stand."""

from django.utils.html import conditional_escape, format_html
from django.utils.safestring import mark_safe

from stations.foundation.words import query_words


def words_to_mark(text):
    """What somebody typed and its words, the longest first."""
    return sorted({text, *query_words(text)} - {""}, key=len, reverse=True) if text else []


def marked(title, words):
    """The title as HTML, its parts that were looked for in <mark>; neighbours become one."""
    if not words:
        return conditional_escape(title)
    hit = [False] * len(title)
    low = title.lower()
    for word in words:
        at = low.find(word.lower())
        while word and at >= 0 and len(low) == len(title):
            hit[at : at + len(word)] = [True] * len(word)
            at = low.find(word.lower(), at + 1)
    pieces, at = [], 0
    while at < len(title):
        end = at
        while end < len(title) and hit[end] == hit[at]:
            end += 1
        piece = conditional_escape(title[at:end])
        pieces.append(format_html("<mark>{}</mark>", piece) if hit[at] else piece)
        at = end
    return mark_safe("".join(pieces))  # every piece is escaped above
