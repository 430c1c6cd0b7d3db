using System.Collections.Generic;
using System.Linq;
using NetGen.Generator.Graphs;
using NetGen.Generator.Parsing;
using Xunit;

namespace NetGen.Generator.Tests.Graphs;

/// <summary>Builds networks as the parser would, without a compiler.</summary>
internal static class Networks
{
    public static LayerSyntax Image(int channels, int height, int width) =>
        Layer("Input", ("channels", channels), ("height", height), ("width", width));

    public static LayerSyntax Vector(int features) => Layer("Input", ("features", features));

    public static LayerSyntax Conv(int filters, int kernel, params (string Name, object Value)[] more) =>
        Layer("Conv2D", [("filters", filters), ("kernel", kernel), .. more]);

    public static LayerSyntax MaxPool(int kernel, params (string Name, object Value)[] more) => Layer("MaxPool2D", [("kernel", kernel), .. more]);

    public static LayerSyntax Dense(int units, params (string Name, object Value)[] more) => Layer("Dense", [("units", units), .. more]);

    public static LayerSyntax ReLU => Layer("ReLU");

    public static LayerSyntax Flatten => Layer("Flatten");

    public static LayerSyntax Layer(string kind, params (string Name, object Value)[] arguments) => new(
        kind, arguments.Select(a => new LayerArgument(a.Name, a.Value, default)).ToEquatableArray(), default, IsBroken: false);

    public static NetworkSyntax Network(params IEnumerable<LayerSyntax> layers) => new(
        new ClassSyntax("", [], "class", "Net", "Net", default, []), NetworkOptions.Default, layers.ToEquatableArray());

    public static GraphResult Build(params IEnumerable<LayerSyntax> layers) => GraphBuilder.Build(Network(layers));

    /// <summary>The graph of a network that must be valid.</summary>
    public static Graph Graph(params IEnumerable<LayerSyntax> layers)
    {
        GraphResult result = Build(layers);
        Assert.Empty(result.Problems);
        return Assert.IsType<Graph>(result.Graph);
    }
}
