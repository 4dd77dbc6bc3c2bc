"""`gongshi dump-pack PATH`: writes what is in force in this instance as a pack."""

from pathlib import Path

import click

from gongshi.config.instance import enter, instance_option
from gongshi.config.terminal import both, failure
from gongshi.formats.pack import write_pack


@click.command(help=both("把本实例现行的设置写成地方包。", "Write what is in force here as a pack."))
@click.argument("path", type=click.Path(path_type=Path, file_okay=False))
@instance_option
def command(path: Path, directory: Path) -> None:
    """Write into a new or empty folder: nothing is ever written over."""
    if path.exists() and any(path.iterdir()):
        raise failure(f"{path} 不是空文件夹", f"{path} is not empty")
    enter(directory)
    from gongshi.revisions.loading import pack_of_instance

    pack = pack_of_instance()
    if pack is None:
        raise failure("本实例还没有载入过地方包", "no pack was loaded into this instance yet")
    files = write_pack(pack)
    for name, text in files.items():
        file = path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8", newline="\n")
    click.echo(both(f"写了{len(files)}个文件到 {path}", f"wrote {len(files)} files to {path}"))
