using System.Linq;
using NetGen.Generator.Parsing;
using NetGen.Generator.Planning;
using NetGen.Generator.Tests.Graphs;
using Xunit;
using static NetGen.Generator.Tests.Graphs.Networks;
using static NetGen.Generator.Tests.Planning.Pipeline;

namespace NetGen.Generator.Tests.Planning.Steps;

/// <summary>Into how many parts the work of each kind of step falls; filters and Winograd's have tests of their own.</summary>
public sealed class WorkSharingTests
{
    [Fact]
    public void Copy_OfALargeImage_IsSharedAndOfASmallOneNot()
    {
        Assert.Equal(224, WorkSharing.Of(Padded(224).Steps[0]).Units);
        Assert.Equal(1, WorkSharing.Of(Padded(28).Steps[0]).Units);

        static Plan Padded(int size) => new Pipeline(Image(3, size, size), Conv(64, 3, ("Padding", 1))) { Tier = Tier.Vector256 }.Plan;
    }

    [Theory]
    [InlineData(4 * 3 * 40, 3)] // four operations a value: a cache line of 16 pixels each
    [InlineData((4 * 3 * 40) + 1, 1)]
    public void Work_BelowTheLimit_IsOnePart(int limit, int units)
    {
        ConvertStep step = Assert.IsType<ConvertStep>(new Pipeline(Image(3, 4, 10), MaxPool(1)) { Sizes = PlanSizes.Default with { SharedWork = limit } }.Draft.Steps[0]);
        Assert.Equal(new WorkSharing(units, units > 1), WorkSharing.Of(step));
    }

    [Theory]
    [InlineData("DepthwiseConv2D", nameof(DepthwiseStep), 7)]
    [InlineData("MaxPool2D", nameof(PoolStep), 7)]
    [InlineData("LocalResponseNorm", nameof(LocalResponseNormStep), 7)]
    [InlineData("GlobalAvgPool2D", nameof(GlobalPoolStep), 1)]
    [InlineData("Sigmoid", nameof(ActivationStep), 1)]
    [InlineData("Softmax", nameof(SoftmaxStep), 1)]
    public void Rows_OfAMap_AreSharedByKernelsOverWindows(string kind, string step, int units)
    {
        LayerSyntax layer = kind switch
        {
            "LocalResponseNorm" => Layer(kind, ("size", 3)),
            "DepthwiseConv2D" or "MaxPool2D" => Layer(kind, ("kernel", 1)),
            _ => Layer(kind),
        };
        Pipeline network = new(Image(8, 7, 9), MaxPool(1), layer, MaxPool(1)) { Sizes = PlanSizes.Default with { SharedWork = 1 } };
        Assert.Equal((step, units), (network.Draft.Steps[2].GetType().Name, WorkSharing.Of(network.Draft.Steps[2]).Units));
    }

    [Fact]
    public void Quantization_OfAMap_IsSharedByRows()
    {
        Pipeline network = new(Image(8, 7, 9), MaxPool(1), Conv(8, 1)) { Sizes = PlanSizes.Default with { SharedWork = 8 * 7 * 9 }, Options = Integers };
        Assert.Equal(7, WorkSharing.Of(network.Step<QuantizeStep>()).Units);
        Assert.Equal(1, WorkSharing.Of(network.Step<QuantizeStep>() with { Sizes = PlanSizes.Default with { SharedWork = (8 * 7 * 9) + 1 } }).Units);
    }

    [Theory]
    [InlineData(6)] // planes, a group each
    [InlineData(1)] // rows of tiles
    public void Planes_OfPlanarConvolutions_AreShared(int groups)
    {
        PlanarStep step = new Pipeline(Image(groups, 96, 96), Conv(6, 5, ("Groups", groups)))
        {
            Sizes = PlanSizes.Default with { SharedWork = 1 },
            Options = NetworkOptions.Default with { Winograd = false },
        }.Step<PlanarStep>();
        Assert.Equal(groups > 1 ? groups : (92 + step.Tile.Rows - 1) / step.Tile.Rows, WorkSharing.Of(step).Units);
        Assert.True(WorkSharing.Of(step).Units > 1);
    }

    [Fact]
    public void Part_OfAStrip_TakesAShareHoweverSmall()
    {
        StripStep strip = Assert.Single(
            new Pipeline(Image(8, 20, 20), MaxPool(1), Conv(8, 1), Depthwise(3), MaxPool(1)) { Sizes = AnyStrip with { StripBuffers = 1000 } }.Plan.Steps.OfType<StripStep>());
        Assert.All(strip.Steps, s => Assert.True(WorkSharing.Of(s).TakesShare));
        Assert.Equal(new WorkSharing((strip.Output.Height + strip.Rows - 1) / strip.Rows, true), WorkSharing.Of(strip));
        Assert.Equal(SplitAxis.Rows, WorkSharing.SumsOf(Assert.IsType<FilterStep>(strip.Steps[0])).SharedLoop);
        Assert.EndsWith($"{strip.Steps[0].StripRows} rows at a time", strip.Steps[0].Description, System.StringComparison.Ordinal);
    }

    [Fact]
    public void Purpose_OfAStepThatComputesNoLayer_SaysWhatItIsFor()
    {
        Pipeline network = new(Image(8, 7, 9), MaxPool(1), Conv(8, 1), Conv(8, 3, ("Padding", 1))) { Options = Integers };
        Assert.Equal("into another layout", network.Draft.Steps[0].Purpose);
        Assert.Equal("as integers", network.Step<QuantizeStep>().Purpose);
        Assert.Equal("what stands for zero around it", network.Step<BorderStep>().Purpose);
        Assert.Null(network.Step<PoolStep>().Purpose);
    }
}
