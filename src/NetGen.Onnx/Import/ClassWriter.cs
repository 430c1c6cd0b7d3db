using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Security;
using System.Text;

namespace NetGen.Onnx.Import;

/// <summary>Writes layers as an annotated class, as a person would: what is a default is left out, and what belongs together stands on one line.</summary>
internal static class ClassWriter
{
    private const int LineWidth = 130;

    private static readonly HashSet<string> Combining =
    [
        "Add", "Multiply", "Subtract", "Divide", "Maximum", "Minimum", "Concat", "Greater", "Less", "GreaterOrEqual", "LessOrEqual", "Equal", "NotEqual",
        "And", "Or", "Xor", "Where", "MatMul", "ScaledDotProductAttention",
    ];

    public static string Write(
        string name, string? space, string summary, IReadOnlyList<NetworkInput> inputs, IReadOnlyList<ImportedLayer> layers, IReadOnlyList<ImportedLayer> outputs, BlockPlan blocks)
    {
        var text = new StringBuilder();
        text.Append("using NetGen;\n\n");
        if (!string.IsNullOrEmpty(space))
        {
            text.Append(CultureInfo.InvariantCulture, $"namespace {space};\n\n");
        }

        // A block is its file's own, since two models may have blocks of one name; it may also be called what the user calls the network.
        string NameOf(PlannedBlock block) => block.Name == name ? name + "Part" : block.Name;
        foreach (PlannedBlock block in blocks.Blocks)
        {
            text.Append(CultureInfo.InvariantCulture, $"/// <summary>{block.Summary}</summary>\n[Block]\n");
            WriteLines(text, block.Items, NameOf);
            text.Append(CultureInfo.InvariantCulture, $"file sealed class {NameOf(block)};\n\n");
        }

        text.Append(CultureInfo.InvariantCulture, $"/// <summary>{SecurityElement.Escape(summary)}</summary>\n[Network]\n");
        foreach (NetworkInput input in inputs)
        {
            text.Append(Attribute(Item(input, inputs), NameOf)).Append('\n');
        }

        WriteLines(text, blocks.Items, NameOf);
        foreach (ImportedLayer output in NamedOutputs(layers, outputs))
        {
            text.Append(CultureInfo.InvariantCulture, $"[Output({Literal(output.Name)})]\n");
        }

        return text.Append(CultureInfo.InvariantCulture, $"public sealed partial class {name};\n").ToString();
    }

    /// <summary>The outputs that have to be named: all, but where the last layer is the only one.</summary>
    public static IReadOnlyList<ImportedLayer> NamedOutputs(IReadOnlyList<ImportedLayer> layers, IReadOnlyList<ImportedLayer> outputs) =>
        outputs.Count > 1 || outputs[0] != layers[^1] ? outputs : [];

    private static void WriteLines(StringBuilder text, IEnumerable<ClassItem> items, Func<PlannedBlock, string> nameOf)
    {
        var line = new StringBuilder();
        foreach (ClassItem item in items)
        {
            string attribute = Attribute(item, nameOf);
            if (line.Length > 0 && (item.StartsLine || line.Length + 1 + attribute.Length > LineWidth))
            {
                text.Append(line).Append('\n');
                line.Clear();
            }

            line.Append(line.Length > 0 ? " " : "").Append(attribute);
        }

        text.Append(line).Append('\n');
    }

    /// <summary>An input or state as an item of its class. The only input needs no name.</summary>
    private static ClassItem Item(NetworkInput input, IReadOnlyList<NetworkInput> inputs)
    {
        Shape form = input.Layer.Output;
        object[] sizes = form.IsVector ? [form.Channels] : [form.Channels, form.Height, form.Width];
        (string, object)[] named = input.Type is InputType.Single ? [] : [("Type", new EnumText($"InputType.{input.Type}"))];
        if (input.NextLayer is { } next)
        {
            return new ClassItem("State", [input.Layer.Name, next.Name, .. sizes], [], true);
        }

        return new ClassItem("Input", inputs.Count(i => i.Next is null) > 1 ? [input.Layer.Name, .. sizes] : sizes, named, true);
    }

    /// <summary>A layer of the network as an item of its class.</summary>
    /// <param name="layer">The layer.</param>
    /// <param name="name">The name to write; null where it is the one that NetGen gives.</param>
    /// <param name="above">The layer right above, or the input that the first one takes.</param>
    /// <param name="reference">How a layer is called here.</param>
    public static ClassItem Item(ImportedLayer layer, string? name, ImportedLayer above, Func<ImportedLayer, string> reference)
    {
        var positional = new List<object>(layer.Positional);
        var named = new List<(string, object)>(layer.Named);
        IEnumerable<string> called = CalledByName(layer, above).Select(reference);
        if (Combining.Contains(layer.Kind))
        {
            positional.AddRange(called);
        }
        else
        {
            // The last of them have arguments of their own.
            string[] names = [.. called];
            int others = layer.SourceArguments.Count;
            named.AddRange(names[..^others].Select(c => ("From", (object)c)));
            named.AddRange(layer.SourceArguments.Zip(names[^others..], (argument, name) => (argument, (object)name)));
        }

        if (name is not null)
        {
            named.Add(("Name", name));
        }

        bool startsLine = layer.IsConvolution || layer.Kind is "Dense" or "Concat" || Combining.Contains(layer.Kind);
        return new ClassItem(layer.Kind, positional, named, startsLine);
    }

    /// <summary>The sources that a layer's attribute names.</summary>
    public static IEnumerable<ImportedLayer> CalledByName(ImportedLayer layer, ImportedLayer above)
    {
        if (Combining.Contains(layer.Kind))
        {
            // A single name is joined with the layer above.
            bool single = layer.Sources.Count == 2 && layer.Sources[0] == above && layer.Sources[1] != above;
            return layer.Sources.Skip(single ? 1 : 0);
        }

        int first = layer.Sources.Count - layer.SourceArguments.Count;
        return layer.Sources.Where((s, i) => i >= first || s != above);
    }

    private static string Attribute(ClassItem item, Func<PlannedBlock, string> nameOf)
    {
        string kind = item.Block is { } block ? $"{item.Kind}<{nameOf(block)}>" : item.Kind;
        string[] arguments = [.. item.Positional.Select(Text), .. item.Named.Select(n => $"{n.Name} = {Text(n.Value)}")];
        return arguments.Length == 0 ? $"[{kind}]" : $"[{kind}({string.Join(", ", arguments)})]";
    }

    private static string Text(object value) => value switch
    {
        EnumText e => e.Text,
        IntArray a => $"new[] {{ {string.Join(", ", a.Values.Select(v => v.ToString(CultureInfo.InvariantCulture)))} }}",
        BlockParam p => "Param." + (char)('A' + p.Index),
        bool flag => flag ? "true" : "false",
        int number => number.ToString(CultureInfo.InvariantCulture),
        double.PositiveInfinity => "double.PositiveInfinity",
        double.NegativeInfinity => "double.NegativeInfinity",
        double number => number.ToString("R", CultureInfo.InvariantCulture),
        "@input" => "Block.Input",
        string text => Literal(text),
        _ => throw new NotSupportedException(value.GetType().Name),
    };

    private static string Literal(string text) => "\"" + text + "\"";
}

/// <summary>One attribute of a class: a layer, or a block that is placed.</summary>
/// <param name="Kind">The attribute's name.</param>
/// <param name="Positional">The constructor's arguments.</param>
/// <param name="Named">The properties that are set.</param>
/// <param name="StartsLine">Whether it begins a line of its own.</param>
/// <param name="Block">The block that it places; null for a layer.</param>
internal sealed record ClassItem(
    string Kind, IReadOnlyList<object> Positional, IReadOnlyList<(string Name, object Value)> Named, bool StartsLine, PlannedBlock? Block = null);

/// <summary>A number that differs where a block is placed.</summary>
internal sealed record BlockParam(int Index);

/// <summary>A block's class.</summary>
internal sealed record PlannedBlock(string Name, string Summary, IReadOnlyList<ClassItem> Items);

/// <summary>A network's class with the blocks it places.</summary>
internal sealed record BlockPlan(IReadOnlyList<PlannedBlock> Blocks, IReadOnlyList<ClassItem> Items);
