using NetGen.Generator.Graphs;
using NetGen.Generator.Planning;
using Xunit;

namespace NetGen.Generator.Tests.Planning.CostModels;

/// <summary>Which maps are streamed, and how many rows of them.</summary>
public sealed class StripPlannerTests
{
    private static readonly PlanSizes Sizes = PlanSizes.Default with { StripMap = 8 * 20 * 20, StripBuffers = 3 * 20 * 8 };

    [Theory]
    [InlineData(112, 8)] // 11 rows would fit; 8 divide the map
    [InlineData(113, 11)] // a prime
    public void Strips_OfAMap_DivideItEvenlyWhereTheyCan(int height, int rows)
    {
        var map = new TensorView(Storage.Workspace, 0, 0, 32, height + 2, 154, 154 * 32, 32, 1);
        Assert.Equal(rows, StripPlanner.ChooseRows([(map, new RowWindow(3, 1, 1), 1)], height, PlanSizes.Default.StripBuffers));
    }

    [Fact]
    public void Strips_OfASmallMap_AreAllOfIt()
    {
        var map = new TensorView(Storage.Workspace, 0, 0, 8, 12, 10, 80, 8, 1);
        Assert.Equal(10, StripPlanner.ChooseRows([(map, new RowWindow(3, 1, 1), 1)], 10, PlanSizes.Default.StripBuffers));
    }

    [Fact]
    public void Strips_NothingFits_AreARow()
    {
        var map = new TensorView(Storage.Workspace, 0, 0, 8, 12, 10, 80, 8, 1);
        Assert.Equal(1, StripPlanner.ChooseRows([(map, new RowWindow(3, 1, 1), 1)], 10, 1));
    }

    [Fact]
    public void LineBuffer_OfAMap_HoldsWhatTheNextOneReaches()
    {
        var map = new TensorView(Storage.Workspace, 0, 0, 8, 40, 40, 320, 8, 1);
        Assert.Equal([13, 5, 2], StripPlanner.HeldRows([(map, new RowWindow(5, 2, 0), 1), (map, new RowWindow(4, 1, 0), 1), (map, RowWindow.Single, 1)], 2));
        Assert.Equal([40], StripPlanner.HeldRows([(map, new RowWindow(3, 2, 1), 1)], 40));

        // Of bands of five rows, the first and the last may be in use by one row only.
        Assert.Equal([10], StripPlanner.HeldRows([(map, new RowWindow(3, 2, 1), 5)], 2));
        Assert.Equal([15], StripPlanner.HeldRows([(map, new RowWindow(3, 2, 1), 5)], 3));
    }

    [Theory]
    [InlineData("", true)]
    [InlineData("a map that a cache holds", false)]
    [InlineData("a window as high as the map", false)]
    [InlineData("a row that reaches nothing", false)]
    [InlineData("rows that nobody reads", false)]
    [InlineData("zeros below a row", false)]
    [InlineData("zeros below a window", true)]
    [InlineData("a row of windows that does not fit", false)]
    public void Map_StreamedToAWindow_MustPayAndBePossible(string what, bool isWorth)
    {
        Window window = what switch
        {
            "a window as high as the map" => new(20, 3, 1, 1, default),
            "a row that reaches nothing" => new(2, 3, 1, 1, new Border(2, 0, 0, 0)),
            "rows that nobody reads" => new(2, 3, 3, 1, default),
            "zeros below a row" => new(1, 1, 1, 1, new Border(0, 1, 0, 0)),
            "zeros below a window" => new(3, 3, 1, 1, new Border(1, 1, 0, 0)),
            "a row of windows that does not fit" => new(3, 3, 1, 1, new Border(0, 0, 1, 0)),
            _ => new(3, 3, 1, 1, default),
        };
        Shape map = what == "a map that a cache holds" ? Shape.Image(8, 20, 19) : Shape.Image(8, 20, 20);
        PlanSizes sizes = what == "a window as high as the map" ? Sizes with { StripBuffers = 1 << 20 } : Sizes;
        Assert.Equal(isWorth, StripPlanner.IsWorth(map, window, sizes));
    }

    [Theory]
    [InlineData(0, 1, 0)]
    [InlineData(1, 0, 1)]
    public void Map_ZerosBesideIt_CountAsColumns(int left, int right, int spare)
    {
        var window = new Window(3, 3, 1, 1, new Border(0, 0, left, right));
        Assert.False(StripPlanner.IsWorth(Shape.Image(8, 20, 20), window, Sizes));
        Assert.True(StripPlanner.IsWorth(Shape.Image(8, 20, 20), window, Sizes with { StripBuffers = Sizes.StripBuffers + 24 + spare }));
    }
}
