using System.Collections.Generic;
using System.Linq;
using NetGen.Generator.Graphs;
using NetGen.Generator.Parsing;

namespace NetGen.Generator.Emission;

/// <summary>Writes a class of constants for each layer.</summary>
internal static class LayerConstants
{
    /// <summary>What the constants of a layer say.</summary>
    private readonly record struct Layout(Shape Output, long Parameters, long Weights, long MultiplyAdds);

    /// <summary>Those of a network that works.</summary>
    public static void Emit(CodeWriter writer, Graph graph)
    {
        IReadOnlyList<string> classes = Names.LayerClasses(graph.Layers.Select(l => l.Name));
        using (OpenLayers(writer))
        {
            for (int i = 0; i < graph.Layers.Count; i++)
            {
                Layer layer = graph.Layers[i];
                string parameters = layer.ParameterCount > 0 ? $", {layer.ParameterFormula} = {LayerTable.Number(layer.ParameterCount)} parameters" : "";
                string summary = $"{layer.Kind}: {layer.Input} → {layer.Output}{parameters}.";
                Emit(writer, classes[i], layer.Name, summary, new(layer.Output, layer.ParameterCount, layer.WeightCount, layer.MultiplyAddCount));
            }
        }
    }

    /// <summary>Those of a network that has errors: the names, and zeros.</summary>
    public static void EmitStub(CodeWriter writer, IReadOnlyList<string> layers)
    {
        IReadOnlyList<string> classes = Names.LayerClasses(layers);
        using (OpenLayers(writer))
        {
            for (int i = 0; i < layers.Count; i++)
            {
                Emit(writer, classes[i], layers[i], "A layer of a network that has errors.", default);
            }
        }
    }

    private static CodeWriter.Scope OpenLayers(CodeWriter writer)
    {
        writer.Line();
        writer.Line("/// <summary>The constants of each layer.</summary>");
        return writer.Block("public static class " + GeneratedMembers.Layers);
    }

    private static void Emit(CodeWriter writer, string className, string name, string summary, Layout layout)
    {
        (Shape output, long parameters, long weights, long multiplyAdds) = layout;
        writer.Line($"/// <summary>{summary}</summary>");
        using (writer.Block($"public static class {className}"))
        {
            writer.Line($"""
                /// <summary>The layer's name.</summary>
                public const string Name = {Literal.String(name)};
                /// <summary>The shape it gives; a vector's features are channels of one pixel.</summary>
                public const int Channels = {output.Channels}, Height = {output.Height}, Width = {output.Width};
                /// <summary>Its parameters with and without biases, and its multiply-adds for one sample.</summary>
                public const long ParameterCount = {parameters}, WeightCount = {weights}, MultiplyAddCount = {multiplyAdds};
                """);
        }

        writer.Line();
    }
}
