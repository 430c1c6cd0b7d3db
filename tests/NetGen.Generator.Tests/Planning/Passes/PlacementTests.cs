using System.Linq;
using NetGen.Generator.Graphs;
using NetGen.Generator.Parsing;
using NetGen.Generator.Planning;
using NetGen.Generator.Planning.Passes;
using NetGen.Generator.Tests.Graphs;
using Xunit;
using static NetGen.Generator.Tests.Graphs.Networks;
using static NetGen.Generator.Tests.Planning.Pipeline;

namespace NetGen.Generator.Tests.Planning.Passes;

/// <summary>Lifetimes of buffers, and where packed weights lie.</summary>
public sealed class PlacementTests
{
    [Fact]
    public void Lifetime_OfABuffer_IsFromTheFirstStepThatTouchesItToTheLast()
    {
        Pipeline network = new(
            Image(8, 6, 6),
            MaxPool(1, ("Name", "a")),
            MaxPool(1, ("Name", "b")),
            MaxPool(1, ("Name", "c")),
            Layer("Multiply", ("names", "a"), ("names", "c"), ("Name", "d")),
            MaxPool(2));
        Plan plan = Placement.Run(network.Context, network.Draft);

        // Step 0 copies the input; step 4 multiplies, and reads its second operand too.
        Assert.Equal((0, 1), Lifetime(network.Draft.Steps[0].Output.Buffer));
        Assert.Equal((1, 4), Lifetime(network.ViewOf("a").Buffer));
        Assert.Equal((2, 3), Lifetime(network.ViewOf("b").Buffer));
        Assert.Equal((3, 4), Lifetime(network.ViewOf("c").Buffer));
        Assert.Equal((4, 5), Lifetime(network.ViewOf("d").Buffer));

        (int, int) Lifetime(int buffer) => (plan.Buffers[buffer].FirstStep, plan.Buffers[buffer].LastStep);
    }

    [Fact]
    public void Lifetime_OfAConcatenation_BeginsWithItsFirstPart()
    {
        Pipeline network = new(Image(8, 6, 6), MaxPool(1, ("Name", "a")), MaxPool(1, ("Name", "b")), Concat("a", "b"), MaxPool(2));
        WorkspaceBuffer buffer = network.Plan.Buffers[network.ViewOf("concat1").Buffer];
        Assert.Equal((1, 3), (buffer.FirstStep, buffer.LastStep));
    }

    [Fact]
    public void Scratch_OfAStep_LivesWhileItRunsAndIsAsLongAsItSays()
    {
        Pipeline network = new(Image(8, 6, 6), MaxPool(1), Layer("LocalResponseNorm", ("size", 3)), MaxPool(2));
        LocalResponseNormStep step = network.Step<LocalResponseNormStep>();
        WorkspaceBuffer scratch = network.Plan.Buffers[step.Scratch];
        Assert.Equal((8 + 3 + 16, 2, 2), (scratch.Length, scratch.FirstStep, scratch.LastStep));
        Assert.Equal(0, network.Draft.Buffers[step.Scratch].Length);
    }

    [Fact]
    public void Strip_OfParts_KeepsWhatAnyOfThemReadsAlive()
    {
        Pipeline network = new(
            Image(8, 20, 20),
            MaxPool(1, ("Name", "a")),
            Conv(8, 1),
            Depthwise(3, ("Padding", 1)),
            Conv(8, 1),
            Add("a"),
            MaxPool(1, ("Dilation", 2)))
        {
            Sizes = AnyStrip,
        };
        Plan plan = network.Plan;
        StripStep strip = Assert.Single(plan.Steps.OfType<StripStep>());
        int step = plan.Steps.ToList().IndexOf(strip);
        Assert.Equal((1, step), (plan.Buffers[network.ViewOf("a").Buffer].FirstStep, plan.Buffers[network.ViewOf("a").Buffer].LastStep));
        Assert.Equal((step, step), (plan.Buffers[strip.Scratch].FirstStep, plan.Buffers[strip.Scratch].LastStep));
        Assert.Equal(strip.ScratchLength, plan.Buffers[strip.Scratch].Length);
    }

    [Fact]
    public void Scratch_OfAPart_LiesInTheStripsAndLivesAsLong()
    {
        Pipeline network = new(Image(3, 224, 224), Conv(64, 7, ("Stride", 2), ("Padding", 3)), ReLU, MaxPool(3, ("Stride", 2), ("Padding", 1)));
        StripStep strip = Assert.Single(network.Plan.Steps.OfType<StripStep>());
        WorkspaceBuffer part = network.Plan.Buffers[Assert.IsType<int>(strip.Steps[0].ScratchBuffer)];
        Assert.Equal((0, 1, 1), (part.Length, part.FirstStep, part.LastStep));
    }

    [Fact]
    public void Weights_OfSteps_FollowEachOtherFromCacheLineToCacheLine()
    {
        Pipeline network = new(Vector(3), Dense(5), Layer("Softmax"), Dense(7), Layer("Softmax"), Dense(1));
        Plan plan = network.Plan;
        FilterStep[] steps = [.. plan.Steps.OfType<FilterStep>()];

        // Five filters take eight lanes, seven too, and one four: four, six and eight rows of them, bias included.
        Assert.Equal([8 * 4, 8 * 6, 4 * 8], steps.Select(s => s.WeightLength));
        Assert.Equal([0, 32, 80], steps.Select(s => s.WeightOffset));
        Assert.Equal(112, plan.WeightLength);
        Assert.All(plan.Steps, s => Assert.Equal(0, s.WeightOffset % 16));
    }

    [Fact]
    public void Weights_EndWithinACacheLine_AreRoundedUp()
    {
        Plan plan = new Pipeline(Vector(4), Dense(1), Layer("Softmax"), Dense(1)).Plan;
        Assert.Equal([20, 8], plan.Steps.OfType<FilterStep>().Select(s => s.WeightLength));
        Assert.Equal([0, 32], plan.Steps.OfType<FilterStep>().Select(s => s.WeightOffset));
        Assert.Equal(48, plan.WeightLength);
    }

    [Fact]
    public void Weights_OfAStripsParts_FollowEachOtherAndAreTheStrips()
    {
        Pipeline network = new(Image(8, 20, 20), Conv(32, 1), MaxPool(1, ("Dilation", 2)), Conv(16, 1), Depthwise(3), Conv(16, 1), Layer("Softmax"), Conv(3, 1))
        {
            Sizes = AnyStrip,
        };
        StripStep strip = Assert.Single(network.Plan.Steps.OfType<StripStep>());
        int before = network.Plan.Steps.OfType<FilterStep>().First().WeightLength;
        Assert.Equal((before, before), (strip.WeightOffset, strip.Steps[0].WeightOffset));
        Assert.Equal(strip.Steps[0].WeightOffset + strip.Steps[0].WeightLength, strip.Steps[1].WeightOffset);
        Assert.Equal(strip.Steps[1].WeightOffset + strip.Steps[1].WeightLength, strip.Steps[2].WeightOffset);
        Assert.Equal(strip.Steps.Sum(s => s.WeightLength), strip.WeightLength);
        Assert.Equal(strip.WeightOffset + strip.WeightLength, network.Plan.Steps.OfType<FilterStep>().Last().WeightOffset);
    }

    [Fact]
    public void Borders_OfMapsThatShareMemory_AreClearedInEveryCall()
    {
        LayerSyntax[] layers =
        [
            Image(8, 20, 20), MaxPool(1), Depthwise(3, ("Padding", 1)), Depthwise(3, ("Padding", 1)), Depthwise(3, ("Padding", 1)), Depthwise(3, ("Padding", 1)), MaxPool(2),
        ];
        Plan shared = new Pipeline(layers) { Sizes = PlanSizes.Default with { OwnBorders = 0 } }.Plan;
        Assert.Contains(shared.Buffers, b => b.ClearsBorder);
        Assert.All(shared.Buffers.Where(b => b.ClearsBorder), b => Assert.Equal(new Border(1, 1, 1, 1), b.Border));

        // Small ones have memory of their own, whose zeros last.
        Plan own = new Pipeline(layers).Plan;
        Assert.DoesNotContain(own.Buffers, b => b.ClearsBorder);
        Assert.True(own.WorkspaceLength > shared.WorkspaceLength);
    }

    [Fact]
    public void Plan_OfADraft_KeepsItsValuesAndAddsTheOffsets()
    {
        Pipeline network = new(Image(8, 6, 6), MaxPool(1), Conv(8, 1), MaxPool(2), MaxPool(1));
        Plan plan = network.Plan;
        Assert.Equal(network.Draft.Values, plan.Values);
        Assert.Equal(network.Draft.Completed, plan.Completed);
        Assert.Same(network.Context.Graph, plan.Graph);
        Assert.Same(network.Context.Tier, plan.Tier);
        TensorView last = network.ViewOf("maxpool2");
        Assert.Equal(plan.Buffers[last.Buffer].Offset + last.Offset, plan.OffsetOf(last));
        Assert.Equal(5, plan.OffsetOf(TensorView.Planar(Storage.Output, Shape.Vector(8)) with { Offset = 5 }));
        Assert.Equal(network.Draft.Buffers.Select(b => b.Purpose), plan.Buffers.Select(b => b.Purpose));
    }
}
