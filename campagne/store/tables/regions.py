"""A region, its gemeenten and what holds for all of them."""

from datetime import date
from typing import Any

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel

from campagne.domain.profile import AddressForm
from campagne.store.tables.columns import by_value


class RegionRow(SQLModel, table=True):
    """A region; `centre_key` is the gemeente that broadcasts to it.

    `check_days` holds pairs of month and day.
    """

    __tablename__ = "region"
    key: str = Field(primary_key=True)
    name: str
    parent_key: str | None = Field(default=None, foreign_key="region.key")
    centre_key: str | None = None  # no foreign key: gemeenten point at regions already
    check_days: list[list[int]] = Field(
        default_factory=list, sa_column=Column(JSON, nullable=False)
    )


class MunicipalityRow(SQLModel, table=True):
    """A gemeente; `closed_days` holds ISO days, `copy_deadline` is as ``maandag 12.00``.

    `handles` has the name per platform, `help_lines` keys.
    """

    __tablename__ = "municipality"
    key: str = Field(primary_key=True)
    name: str
    cbs_code: str = Field(unique=True)
    region_key: str = Field(foreign_key="region.key", index=True)
    work_organisation: str | None = None
    school_region: str = "Midden"
    valid_from: date | None = None
    valid_to: date | None = None
    local_team: str | None = None
    website: str | None = None
    good_friday_closed: bool = False
    liberation_day_closed: bool = False
    closed_days: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    tell_centre: bool = False
    source: str = ""
    team_phone: str = ""
    team_url: str = ""
    handles: dict[str, str] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    newspaper: str = ""
    copy_deadline: str = ""
    address_form: AddressForm = Field(default=AddressForm.FORMAL, sa_type=by_value(AddressForm))
    house_style: str = ""
    help_lines: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))


class MeetingSeriesRow(SQLModel, table=True):
    """A recurring meeting with the dates announced so far."""

    __tablename__ = "meeting_series"
    key: str = Field(primary_key=True)
    name: str
    frequency: str
    source: str = ""
    meetings: list[dict[str, Any]] = Field(
        default_factory=list, sa_column=Column(JSON, nullable=False)
    )


class HelpLineRow(SQLModel, table=True):
    """A help line with its check date."""

    __tablename__ = "help_line"
    key: str = Field(primary_key=True)
    position: int
    name: str
    number: str
    for_whom: str
    hours: str
    cost: str
    url: str | None = None
    always_shown: bool = False
    source: str = ""
    checked_on: date
