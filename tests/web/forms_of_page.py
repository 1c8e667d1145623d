"""The forms of a page as a browser has them: what it sends, and what it says of each field."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser

Values = dict[str, list[str]]


@dataclass
class Form:
    """A form; `values` is what a browser sends of it when nothing is typed, but for its buttons."""

    action: str
    values: Values = field(default_factory=dict)


class Page(HTMLParser):
    """A page: its forms, every element with an id, and what its alert says.

    Attributes:
        elements: the attributes of each element by its id, its tag as `tag`.
        links: where the links within the alert lead.
    """

    def __init__(self, html: str) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.elements: dict[str, dict[str, str]] = {}
        self.alert = ""
        self.links: list[str] = []
        self._in: list[str] = []
        self._select = self._textarea = ""
        self.feed(html)

    def form(self, action: str) -> Form:
        """Return the last form with an address: the one that changes, not one that takes back."""
        return [one for one in self.forms if one.action == action][-1]

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note one element."""
        given = {name: value or "" for name, value in attrs}
        if "id" in given:
            self.elements[given["id"]] = {**given, "tag": tag}
        if given.get("role") == "alert":
            self._in = [tag]
        elif self._in:
            self._in += [tag] if tag == self._in[0] else []
            self.links += [given["href"]] if tag == "a" else []
        if tag == "form":
            self.forms.append(Form(given["action"]))
        self._control(tag, given)

    def _control(self, tag: str, given: dict[str, str]) -> None:
        if tag == "select":
            self._select = given["name"]
        if tag == "textarea":
            self._textarea = given.get("name", "")
            self._put(self._textarea, "")
        if tag == "option" and self._select:
            first = self._select not in self.forms[-1].values
            if "selected" in given or first:
                self.forms[-1].values[self._select] = [given.get("value", "")]
        if tag == "input" and "name" in given:
            chosen = given.get("type") not in {"radio", "checkbox"} or "checked" in given
            if chosen and given.get("type") != "file":
                self._put(given["name"], given.get("value", ""))

    def handle_endtag(self, tag: str) -> None:
        """Leave an element."""
        if self._in and tag == self._in[-1]:
            self._in.pop()
        if tag == "select":
            self._select = ""
        if tag == "textarea":
            self._textarea = ""

    def handle_data(self, data: str) -> None:
        """Note words of the alert or of a textarea."""
        if self._in:
            self.alert += data
        if self._textarea:
            self.forms[-1].values[self._textarea][-1] += data.removeprefix("\n")

    def _put(self, name: str, value: str) -> None:
        if self.forms and name:
            self.forms[-1].values.setdefault(name, []).append(value)

    def says_at(self, place: str) -> bool:
        """Say whether an element is described by the sentence that says what is wrong with it."""
        told = self.elements[place].get("aria-describedby", "").split()
        return f"{place}-fout" in told and f"{place}-fout" in self.elements


def changed(form: Form, fill: Mapping[str, str | list[str]]) -> Values:
    """Return what a browser sends of a form after something was filled in."""
    typed = {name: [one] if isinstance(one, str) else one for name, one in fill.items()}
    return {**form.values, **typed}
