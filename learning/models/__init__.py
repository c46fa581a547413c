"""The programme, its modules, and the guidance library."""

from learning.models.programme import ModulePage, ModulesPage, ModuleTheme, ProgrammePage, StepDone
from learning.models.resources import (
    CollectionItem,
    CollectionPage,
    GuidanceAudience,
    GuidanceDownload,
    GuidancePage,
    GuidanceStage,
    GuidanceTheme,
    LibraryPage,
    RelatedGuidance,
    ReviewReminder,
    minutes_to_read,
)
from learning.models.viewed import ViewedPage

__all__ = [
    "CollectionItem",
    "CollectionPage",
    "GuidanceAudience",
    "GuidanceDownload",
    "GuidancePage",
    "GuidanceStage",
    "GuidanceTheme",
    "LibraryPage",
    "ModulePage",
    "ModuleTheme",
    "ModulesPage",
    "ProgrammePage",
    "RelatedGuidance",
    "ReviewReminder",
    "StepDone",
    "ViewedPage",
    "minutes_to_read",
]
