using System.Linq;
using NetGen.Generator.Diagnostics;
using NetGen.Generator.Graphs;
using NetGen.Generator.Parsing;
using Xunit;

namespace NetGen.Generator.Tests.Graphs;

/// <summary>Inputs and states: their names, shapes, and what layers and sessions make of them.</summary>
public sealed class InputTests
{
    private static readonly LayerSyntax Left = Layer("Input", ("name", "left"), ("channels", 3), ("length", 5));
    private static readonly LayerSyntax Right = Layer("Input", ("name", "right"), ("features", 4));

    [Fact]
    public void Inputs_Several_LieOneAfterTheOther()
    {
        Graph graph = Valid(Left, Right, Layer("Flatten", ("From", "left")), Layer("Concat", ("names", "flatten1"), ("names", "right")));
        Assert.Equal([("left", Shape.Image(3, 1, 5)), ("right", Shape.Vector(4))], graph.Inputs.Select(i => (i.Name, i.Shape)));
        Assert.Equal(Shape.Vector(19), graph.Input);
        Assert.Equal([0, 15], [graph.InputOffset(0), graph.InputOffset(1)]);
        Assert.Equal([0, 0, 1, 1], new[] { 0, 14, 15, 18 }.Select(graph.InputAt));
        Assert.Equal([-1], graph.Layers[0].Sources);
        Assert.Equal([0, -2], graph.Layers[1].Sources);
        Assert.Equal("right", graph.NameOf(-2));
    }

    [Fact]
    public void FirstLayer_WithoutAName_TakesTheLastInputThatIsNoState()
    {
        LayerSyntax state = Layer("State", ("name", "h"), ("next", "fc1"), ("features", 2));
        Graph graph = Valid(Right, state, Layer("Dense", ("units", 2)), Layer("Add", ("names", "h")));
        Assert.Equal([-1], graph.Layers[0].Sources);
        Assert.Equal([new GraphState(1, 1)], graph.States);
        Assert.Equal([1, 0], graph.Outputs);
        Assert.Equal(1, graph.ResultCount);
    }

    [Fact]
    public void State_NextIsAnOutput_IsGivenOnce()
    {
        Graph graph = Valid(Right, Layer("State", ("name", "h"), ("next", "add1"), ("features", 4)), Layer("Add", ("names", "right"), ("names", "h")));
        Assert.Equal([0], graph.Outputs);
        Assert.Equal([new GraphState(1, 0)], graph.States);
    }

    [Fact]
    public void Input_NothingTakesIt_IsReported() => Reports(ProblemIds.UnusedResult, Left, Right, Layer("Dense", ("units", 2)));

    [Fact]
    public void State_NextIsAnInput_IsReported() => Reports(
        ProblemIds.UnknownName, Right, Layer("State", ("name", "h"), ("next", "right"), ("features", 4)), Layer("Add", ("names", "right"), ("names", "h")));

    [Fact]
    public void State_WithoutInput_IsReported() => Reports(
        ProblemIds.NoInput, Layer("State", ("name", "h"), ("next", "fc1"), ("features", 4)), Layer("Dense", ("units", 4), ("From", "h")));

    [Theory]
    [InlineData("left")]
    [InlineData("fc1")]
    public void Input_NameOfAnother_IsReported(string name) => Reports(
        ProblemIds.DuplicateName, Layer("Input", ("name", "left"), ("features", 4)), Layer("Input", ("name", name), ("features", 4)), Layer("Dense", ("units", 2)));

    [Fact]
    public void Input_NameIsNoPath_IsReported() => Reports(ProblemIds.BadName, Layer("Input", ("name", "left hand"), ("features", 4)), Layer("Dense", ("units", 2)));

    [Fact]
    public void Input_AfterALayer_IsReported() => Reports(
        ProblemIds.InputNotFirst, Right, Layer("Dense", ("units", 4)), Layer("Input", ("name", "late"), ("features", 4)), Layer("Add", ("names", "late")));

    private static LayerSyntax Layer(string kind, params (string Name, object Value)[] arguments) =>
        new(kind, arguments.Select(a => new LayerArgument(a.Name, a.Value, default)).ToEquatableArray(), default, IsBroken: false);

    private static GraphResult Build(LayerSyntax[] layers) => GraphBuilder.Build(
        new NetworkSyntax(new ClassSyntax("", [], "class", "Net", "Net", default, []), NetworkOptions.Default, layers.ToEquatableArray()));

    private static Graph Valid(params LayerSyntax[] layers)
    {
        GraphResult result = Build(layers);
        Assert.Empty(result.Problems);
        return result.Graph!;
    }

    private static void Reports(string id, params LayerSyntax[] layers)
    {
        GraphResult result = Build(layers);
        Assert.Null(result.Graph);
        Assert.Contains(result.Problems, p => p.Id == id);
    }
}
