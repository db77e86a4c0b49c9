"""mnist and the sets that took over its file names and format: fashion_mnist and kmnist."""

from __future__ import annotations

from pathlib import Path

from engine.data.folders import VARIABLE, require_folder, subfolder
from engine.data.idx import FILES, find_files, read_idx_set
from engine.data.meaning import Slots, slots
from engine.data.meanings.classes import Classes
from engine.data.meanings.grids import Image
from engine.data.pieces import Between, never
from engine.data.source import Availability, RawSet, Source, class_names, dataset


def _digits_like(names: tuple[str, ...]) -> Slots:
    return slots(image=(Image(), (1, 28, 28)), label=(Classes(names=names), ()))


class IdxSource(Source):
    """A set in four IDX files (plain or .gz) in the folder of its name below the data folder."""

    is_made = False

    def folder(self, root: Path | None) -> Path:
        """Where the files belong."""
        return subfolder(self.name, root)

    def availability(self, root: Path | None = None) -> Availability:
        folder = self.folder(root)
        missing = [file for file in FILES if file not in find_files(folder)]
        if not missing:
            return Availability(True, f"found in '{folder}'", folder)
        what = "the folder is not there" if not folder.is_dir() else f"{', '.join(missing)} not there"
        return Availability(False, f"Looked in '{folder}': {what}. Put the four IDX files there, or set {VARIABLE}.", folder)

    def load(self, seed: int, root: Path | None = None) -> RawSet:
        return self.load_between(seed, root, never)

    def load_between(self, seed: int, root: Path | None, between: Between) -> RawSet:
        return read_idx_set(require_folder(self.folder(root), self.title), class_names(self.slots), between)


@dataset
class Mnist(IdxSource):
    """60,000 + 10,000 handwritten digits (LeCun, Bottou, Bengio & Haffner 1998), in their stored order."""

    name = "mnist"
    title = "MNIST"
    help = "70,000 real handwritten digits of 28×28 pixels, read from IDX files in a data folder."
    slots = _digits_like(tuple("0123456789"))


@dataset
class FashionMnist(IdxSource):
    """Zalando's pictures of clothes (Xiao, Rasul & Vollgraf 2017)."""

    name = "fashion_mnist"
    title = "Fashion-MNIST"
    help = "70,000 grey pictures of clothes of 28×28 pixels, read from IDX files in a data folder."
    slots = _digits_like(("T-shirt", "trousers", "pullover", "dress", "coat", "sandal", "shirt", "sneaker", "bag", "ankle boot"))


@dataset
class KuzushijiMnist(IdxSource):
    """Cursive Japanese characters (Clanuwat et al. 2018)."""

    name = "kmnist"
    title = "Kuzushiji-MNIST"
    help = "70,000 cursive Japanese characters of 28×28 pixels, read from IDX files in a data folder."
    slots = _digits_like(("o", "ki", "su", "tsu", "na", "ha", "ma", "ya", "re", "wo"))
