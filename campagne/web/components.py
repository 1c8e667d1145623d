"""The short names of our pieces, and what NL Design System calls them.

A template says `<button class="button">`; the page that comes out says `utrecht-button
utrecht-button--primary-action`. So a template stays readable, nobody can forget a part of such a
name, and another version of the design system is a change of this table. Other names are our own.
"""

import re

from jinja2.ext import Extension

# By element; "" is any other. What a style sheet of ours needs too, keeps its own name beside it.
_NAMES: dict[str, dict[str, str]] = {
    "actions": {"": "utrecht-action-group"},
    "answers": {"": "utrecht-action-group"},
    "button": {
        "": "utrecht-button utrecht-button--primary-action",
        "a": (
            "utrecht-button-link utrecht-button-link--html-a utrecht-button-link--primary-action"
        ),
    },
    # Stands after the other in their style sheet, and so goes before it.
    "button--quiet": {
        "": "utrecht-button--secondary-action",
        "a": "utrecht-button-link--secondary-action",
    },
    "choice": {"": "utrecht-form-label utrecht-form-label--checkbox choice"},
    "choice__box": {
        "": "utrecht-checkbox utrecht-checkbox--html-input choice__box",
        "radio": "utrecht-radio-button utrecht-radio-button--html-input choice__box",
    },
    "choices": {"": "utrecht-form-fieldset utrecht-form-fieldset--html-fieldset choices"},
    "eyebrow": {"": "utrecht-pre-heading eyebrow"},
    "facts": {"": "utrecht-data-list facts"},
    "facts__item": {"": "utrecht-data-list__item facts__item"},
    "field": {"": "utrecht-form-field field", "fieldset": "field"},
    "field__fault": {"": "utrecht-form-field-error-message field__fault"},
    "field__input": {
        "": "utrecht-textbox utrecht-textbox--html-input field__input",
        "select": "utrecht-select utrecht-select--html-select field__input",
        "textarea": "utrecht-textarea utrecht-textarea--html-textarea field__input",
    },
    "field__label": {
        "": "utrecht-form-label",
        "legend": "utrecht-form-fieldset__legend utrecht-form-fieldset__legend--html-legend",
    },
    "lead": {"": "utrecht-paragraph utrecht-paragraph--lead lead"},
    "note": {"": "utrecht-paragraph utrecht-paragraph--small note"},
    "notice": {
        "": "utrecht-alert utrecht-alert--warning",
        "alert": "utrecht-alert utrecht-alert--error",
        "ok": "utrecht-alert",
    },
    "notice--ok": {"": "utrecht-alert--ok"},
    "pager": {"": "utrecht-action-group"},
    "status": {"": "utrecht-status-badge status"},
    "table": {"": "utrecht-table table"},
}
_JINJA = r"\{\{.*?\}\}|\{%.*?%\}"
_TAG = re.compile(rf'<([a-z]\w*)((?:"(?:{_JINJA}|[^"])*"|{_JINJA}|[^"<>])*)>', re.DOTALL)
_CLASSES = re.compile(rf'(?<=\sclass=")(?:{_JINJA}|[^"])*')
_WORD = re.compile(rf"{_JINJA}|(?<![\w-])[a-z][\w-]*(?![\w-])", re.DOTALL)
_LITERAL = re.compile(r"""(?<![=!]= )("[^"]*"|'[^']*')""")  # not what is compared with
_KINDS = {" notice--ok": "ok", ' type="radio"': "radio", ' role="alert"': "alert"}


class ComponentNames(Extension):
    """Lets the templates of an environment use our names."""

    def preprocess(
        self,
        source: str,
        name: str | None,  # noqa: ARG002 - Jinja gives it
        filename: str | None = None,  # noqa: ARG002 - idem
    ) -> str:
        """Return a template with the names that a browser gets; no line moves."""
        return in_full(source)


def in_full(source: str) -> str:
    """Return HTML with every short name in a `class` written in full.

    Args:
        source: HTML, with or without the marks of Jinja; those within a `class` may choose between
            names, but not build one of two halves.
    """
    return _TAG.sub(_of_tag, source)


def _of_tag(tag: re.Match[str]) -> str:
    element, given = tag[1], tag[2]
    kinds = [*(kind for mark, kind in _KINDS.items() if mark in given), element]

    def full(word: re.Match[str]) -> str:
        if word[0].startswith("{{"):  # in an expression only what it says itself
            return _LITERAL.sub(lambda said: _WORD.sub(full, said[0]), word[0])
        names = _NAMES.get(word[0], {"": word[0]})
        return next((names[kind] for kind in kinds if kind in names), names[""])

    classes = _CLASSES.sub(lambda found: _WORD.sub(full, found[0]), given)
    return f"<{element}{classes}>"
