"""Run a command on files of your own, such as `predict`, from a checkout: what `graincast` is once it is installed."""

from graincast.base import console


def main() -> None:
    console.main()


if __name__ == "__main__":
    main()
