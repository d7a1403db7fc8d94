"""One who asks much at once waits for themselves alone."""

from __future__ import annotations

import asyncio

from returns_api.serving.lanes import Lanes


def test_who_has_their_part_of_the_threads_waits_and_others_do_not() -> None:
    async def three_of_one_and_one_of_another() -> list[str]:
        lanes, over, went = Lanes(2), asyncio.Event(), []

        async def hold(name: str) -> None:
            async with lanes.turn(name):
                went.append(name)
                await over.wait()

        tasks = [asyncio.create_task(hold(name)) for name in ("a", "a", "a", "b")]
        await asyncio.sleep(0)
        before = list(went)
        over.set()
        await asyncio.gather(*tasks)
        assert went == ["a", "a", "b", "a"]
        assert lanes._lanes == {}
        return before

    assert asyncio.run(three_of_one_and_one_of_another()) == ["a", "a", "b"]
