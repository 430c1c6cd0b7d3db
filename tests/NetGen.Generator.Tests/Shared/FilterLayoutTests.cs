using System.Linq;
using NetGen.Shared;
using Xunit;

namespace NetGen.Generator.Tests.Shared;

/// <summary>What the generator and the runtime agree on.</summary>
public sealed class FilterLayoutTests
{
    [Fact]
    public void Tiles_LanesLeaveARemainder_CoverTheGroupWithoutGaps()
    {
        // 40 filters in tiles of two vectors of 16: a bias, two rows of parameters and 27 words for each.
        var layout = new FilterLayout(HeadRows: 3, Words: 27, GroupLanes: 40, TileLanes: 32);
        Assert.Equal(2, layout.Tiles);
        Assert.Equal([32, 8], Enumerable.Range(0, 2).Select(layout.WidthOf));
        Assert.Equal([0, 32 * 30], Enumerable.Range(0, 2).Select(layout.OffsetOf));
        Assert.Equal(layout.GroupLength, layout.OffsetOf(1) + (layout.WidthOf(1) * layout.LaneLength));
    }

    [Theory]
    [InlineData(27, 32, 27)]
    [InlineData(27, 16, 14)]
    [InlineData(27, 8, 7)]
    [InlineData(0, 8, 0)]
    public void Words_TapsDoNotFillTheLast_AreRoundedUp(int taps, int bits, int words) => Assert.Equal(words, FilterLayout.WordsOf(taps, bits));

    [Fact]
    public void IntegerWords_EachPosition_HasItsOwn() => Assert.Equal(9 * 2, FilterLayout.IntegerWords(channels: 6, positions: 9));

    [Theory]
    [InlineData(4, 3, 1, 6, 1, "1,1,1,1,1,1")] // F(4, 3)
    [InlineData(5, 7, 2, 8, 1, "2,2,2,2,2,2,2,1")] // the second of two phases has three taps, and no value at infinity
    [InlineData(7, 4, 2, 8, 2, "2,2,2,2,2,2,2,2")]
    public void Points_Phases_HaveAValueAtInfinityWhereTheyHaveAllTaps(int outputs, int kernel, int stride, int size, int atInfinity, string phases)
    {
        var points = new WinogradPoints(outputs, kernel, stride);
        Assert.Equal(size, points.Size);
        Assert.Equal(atInfinity, points.PhasesAtInfinity);
        Assert.Equal(phases, string.Join(',', Enumerable.Range(0, size).Select(points.PhasesAt)));
        Assert.Equal(size - 1, points.Finite.Length);
        Assert.Equal(kernel, Enumerable.Range(0, stride).Sum(points.TapsOf));
        Assert.Equal(points.Finite.Length, points.Finite.Distinct().Count());
    }
}
