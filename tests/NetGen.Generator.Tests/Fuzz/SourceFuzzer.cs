using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Reflection;
using System.Text;
using NetGen.Generator.Graphs;

namespace NetGen.Generator.Tests.Fuzz;

/// <summary>
/// Writes the source of one class after another: plausible networks, absurd ones, and text that somebody is in the middle of
/// typing. The same seed gives the same sources.
/// </summary>
internal sealed class SourceFuzzer(int seed)
{
    private static readonly string[] Integers =
    [
        "0", "-1", "int.MinValue", "int.MaxValue", "int.MaxValue - 1", "-2147483647", "Param.A", "Param.B", "Param.H", "46341", "65536",
        "1 << 30", "100_000_000", "1_000_003", "4097", "1000", "(byte)3", "'c'", "int.MinValue + 9_000_001", "0b11", "nameof(NetGen).Length",
    ];

    private static readonly string[] Longs = ["0", "-1", "long.MaxValue", "long.MinValue", "1", "1000", "1L << 40", "10_000_000"];

    private static readonly string[] Reals =
    [
        "double.NaN", "double.PositiveInfinity", "double.NegativeInfinity", "double.MaxValue", "double.MinValue", "double.Epsilon", "-0.0",
        "0", "1e-300", "-1", "1e30f", "float.NaN", "0.5", "2", "1.0 / 3",
    ];

    private static readonly string[] Strings =
    [
        "null", "\"\"", "\" \"", "\".\"", "\"a..b\"", "\"a b\"", "\"input\"", "\"@input\"", "Block.Input", "\"\\0\"", "\"\\\"\"", "\"\\\\\"",
        "\"a\\nb\"", "\"größe\"", "\"数\"", "\"\\ud83d\\ude00\"", "\"\\ud83d\"", "\"</summary>\"", "\"Layers\"", "\"class\"", "\"conv1.weight\"",
        "\"x\" + \"y\"", "nameof(System)", "@\"c:\\x\"", "\"\"\"raw\"\"\"", "\"{0}\"", "\"-\"", "\"_\"", "\"0\"", "\"١\"",
        "\"model.safetensors\"", "\"../model|x.safetensors\"",
    ];

    /// <summary>What fits no parameter, or only some.</summary>
    private static readonly string[] Nonsense =
    [
        "null", "default", "typeof(int)", "new int[0]", "new string[] { null }", "3.5", "\"three\"", "undefined", "1 / 0", "int.MaxValue + 1",
        "new object()", "(object)1", "true", "'\\uffff'", "[1, 2]", "a: 1", "name: 2", "Filters = 3", "Nonsense = 1", "Name = 1", "", "?", "1 2",
        "x => x", "SimdTiers.All", "(SimdTiers)(-1)", "1m", "ulong.MaxValue", "stackalloc int[1]", "null!", "nameof()",
    ];

    private static readonly string[] ClassNames =
    [
        "@class", "größe", "_", "__", "A_B", "A__B", "Layers", "Random", "Forward", "Info", "Load", "InputLength", "Object", "Span", "System",
        "NetGen", "global", "record", "var", "dynamic", "\\u0041b", "数", "Network", "Conv2D", "@string", "value", "LayerInfo",
        "Calibrate", "SelfTest", "Weights", "Unsafe", "Vector256", "MemoryMarshal", "engine", "__netGenEngine", "nuint",
    ];

    private static readonly string[] Members =
    [
        "int Info;", "string Weights => \"\";", "const int InputLength = 1;", "class Layers;", "void Forward(int x) { }", "void Save(string x) { }",
        "static int Load(string x) => 1;", "static int Create() => 1;", "int SelfTest;", "event System.Action Random;", "void Calibrate() { }",
        "void Forward(System.ReadOnlySpan<float> x, System.Span<float> y) { }", "virtual void Forward<T>(T x) { }", "int __netGenInfo;", "int get_Info() => 1;",
    ];

    private static readonly string[] Scraps =
    [
        "[", "]", "(", ")", "{", "}", "<", ">", ",", ";", "\"", "'", "=", ".", "/*", "*/", "//", "#if X\n", "#endif\n", "\n", "\0", "\\", "@", "$\"",
        "[Network]", "[Input(3, 8, 8)]", "class", "partial", "Use<", "\u200b", "é", "0x", "...", "?.", "=>",
    ];

    private readonly Random random = new(seed);
    private readonly List<string> names = [];
    private double wildness;
    private int blocks;

    /// <summary>The next class and its blocks.</summary>
    /// <param name="index">Its number among all sources of the compilation, which keeps their names apart.</param>
    public string Next(int index)
    {
        wildness = Pick([0, 0, 0.03, 0.15, 0.5]);
        names.Clear();
        blocks = Chance(0.3) ? random.Next(1, 4) : 0;
        string text = Place(Declare(), index);
        return Chance(0.15) ? Damage(text) : text;
    }

    /// <summary>The class with its blocks, somewhere.</summary>
    private string Place(string declaration, int index)
    {
        string all = declaration + string.Concat(Enumerable.Range(0, blocks).Select(DeclareBlock));
        string space = string.Create(CultureInfo.InvariantCulture, $"F{index}");
        return "using NetGen;\n" + random.Next(20) switch
        {
            0 => $"namespace {space}.@namespace.größe\n{{\n{all}\n}}\n",
            1 => $"namespace {space}\n{{\npartial class Outer\n{{\n{all}\n}}\n}}\n",
            2 => $"namespace {space}\n{{\npublic partial record struct Outer<T, @class>\n    where T : struct\n{{\npartial interface IInner<in U>\n{{\n{all}\n}}\n}}\n}}\n",
            3 => $"namespace {space}\n{{\nclass NotPartial\n{{\n{all}\n}}\n}}\n",
            4 or 5 or 6 => $"namespace {space}\n{{\n{all}\n}}\n",
            _ => $"namespace {space};\n{all}\n",
        };
    }

    private string Declare()
    {
        string name = Chance(0.1) ? Pick(ClassNames) : "Net";
        string attributes = Attributes();
        string declaration = !Chance(0.2) ? $"public sealed partial class {name};" : Pick(
        [
            $"partial class {name} {{ }}",
            $"internal sealed partial record {name};",
            $"partial record class {name}(int X);",
            $"partial class {name}(int x) {{ public int X => x; }}",
            $"class {name};",
            $"static partial class {name} {{ }}",
            $"abstract partial class {name};",
            $"partial class {name}<T>;",
            $"file partial class {name};",
            $"partial struct {name};",
            $"partial record struct {name};",
            $"partial interface {name};",
            $"enum {name} {{ A }}",
            $"delegate void {name}();",
            $"partial class {name} : System.IO.MemoryStream;",
            $"partial class {name} : System.IO.FileStream;",
            $"partial class {name} : System.IDisposable {{ public void Dispose() {{ }} }}",
            $"partial class {name} : {name};",
            $"partial class {name} : Missing<int>;",
            $"partial class {name} {{ public required int X {{ get; init; }} }}",
            $"partial class {name} {{ private {name}() {{ }} }}",
            $"partial class {name} {{ public {name}(string path) : this(path.Length) {{ }} private {name}(int x) {{ }} }}",
            $"partial class {name} {{ public {Pick(Members)} }}",
            $"partial class {name} : Base; public class Base {{ public {Pick(Members)} }}",
            $"partial class {name} {{ private class System; private class NetGen; private class Unsafe; private int engine, info; }}",
            $"sealed partial class {name}; {Attributes()} partial class {name};",
            $"sealed partial class {name}; {Attribute(Pick(AttributeCatalog.Layers))} partial class {name};",
            $"sealed partial class {name}; class {name};",
            $"unsafe partial class {name};",
        ]);
        return attributes + declaration + "\n";
    }

    private string DeclareBlock(int index) =>
        (Chance(0.9) ? "[Block]\n" : "")
        + string.Concat(Enumerable.Range(0, random.Next(4)).Select(_ => Attribute(Pick(AttributeCatalog.Layers), inBlock: true)))
        + (Chance(0.05) ? Attribute(Pick(AttributeCatalog.All)) : "")
        + $"public sealed class B{index.ToString(CultureInfo.InvariantCulture)};\n";

    private string Attributes()
    {
        var list = new List<string>();
        if (!Chance(0.03))
        {
            list.Add(Chance(0.8) ? $"[Network(Simd = SimdTiers.Vector{Pick([128, 256, 512])})]\n" : Attribute(ByName("Network")));
        }

        bool isVector = Chance(0.3);
        if (!Chance(0.03))
        {
            list.Add(isVector ? $"[Input({Sane()})]\n" : $"[Input({Sane()}, {Sane()}, {Sane()})]\n");
        }

        int count = random.Next(Chance(0.1) ? 12 : 5);
        for (int i = Chance(0.05) ? 0 : -1; i < count; i++)
        {
            Type layer = Pick(AttributeCatalog.Layers);
            Shape input = isVector ? Shape.Vector(8) : Shape.Image(8, 8, 8);
            if (AttributeCatalog.OutputOf(layer, input) is { } output)
            {
                isVector = output.IsVector;
            }
            else if (!layer.IsGenericType && !Chance(wildness))
            {
                continue;
            }

            list.Add(Attribute(layer));
        }

        while (Chance(0.05 + (wildness / 2)))
        {
            list.Insert(Chance(wildness) ? random.Next(list.Count + 1) : list.Count, Attribute(Pick(AttributeCatalog.All)));
        }

        if (Chance(wildness))
        {
            list = [.. list.OrderBy(_ => random.Next())];
        }

        if (Chance(wildness) && list.Count > 0)
        {
            list.Add(Pick(list));
        }

        return string.Concat(list);

        Type ByName(string name) => AttributeCatalog.All.First(a => AttributeCatalog.NameOf(a) == name);
    }

    private string Attribute(Type attribute, bool inBlock = false)
    {
        var arguments = new List<string>();
        ParameterInfo[] parameters = Pick(AttributeCatalog.ConstructorsOf(attribute)).GetParameters();
        bool named = Chance(0.05);
        foreach (ParameterInfo parameter in parameters)
        {
            if (Chance(wildness / 5))
            {
                continue;
            }

            if (parameter.ParameterType.IsArray && !Chance(wildness / 2))
            {
                Type element = parameter.ParameterType.GetElementType()!;
                arguments.AddRange(Enumerable.Range(0, random.Next(4)).Select(_ => Value(element, inBlock)));
            }
            else
            {
                arguments.Add((named ? parameter.Name + ": " : "") + Value(parameter.ParameterType, inBlock));
            }
        }

        if (named)
        {
            arguments = [.. arguments.OrderBy(_ => random.Next())];
        }

        // The name comes last: a layer that takes itself is rare enough.
        foreach (PropertyInfo property in AttributeCatalog.PropertiesOf(attribute).OrderBy(p => p.Name == "Name"))
        {
            if (Chance(property.Name == "Name" ? 0.4 : 0.04 + (wildness / 4)))
            {
                arguments.Add($"{property.Name} = {(property.Name == "Name" ? NewName() : Value(property.PropertyType, inBlock))}");
            }
        }

        while (Chance(wildness / 3))
        {
            arguments.Insert(random.Next(arguments.Count + 1), Pick(Nonsense));
        }

        string type = !attribute.IsGenericType ? "" : Chance(wildness / 2) ? Pick(["", "<int>", "<Net>", "<>", "<B0, B1>", "<Missing>", "<B0[]>", "<System.Action<B0>>", "<string>"])
            : $"<B{Math.Max(0, random.Next(blocks)).ToString(CultureInfo.InvariantCulture)}>";
        string list = arguments.Count == 0 && Chance(0.8) ? "" : $"({string.Join(", ", arguments)})";
        return $"[{AttributeCatalog.NameOf(attribute)}{type}{list}]\n";
    }

    private string Value(Type type, bool inBlock)
    {
        if (Chance(wildness / 3))
        {
            return Pick(Nonsense);
        }

        bool wild = Chance(wildness);
        return Type.GetTypeCode(type) switch
        {
            _ when type.IsEnum => wild ? $"({type.Name})({Pick(Integers)})" : $"{type.Name}.{Pick(Enum.GetNames(type))}",
            TypeCode.Int32 => wild ? Pick(Integers) : inBlock && Chance(0.3) ? "Param." + Pick(["A", "A", "B", "C"]) : Sane(),
            TypeCode.Int64 => Pick(Longs),
            TypeCode.Double => wild ? Pick(Reals) : "0.25",
            TypeCode.Boolean => Pick(["true", "false"]),
            TypeCode.String => wild ? Pick(Strings) : Name(),
            _ when type.IsArray => Pick(["null", "new int[] { 1 }", "new string[] { \"input\", null }", "default", "new string[0]", "new int[0]"]),
            _ => Pick(Nonsense),
        };
    }

    /// <summary>A number that a small network could have.</summary>
    private string Sane() => Pick([1, 1, 1, 2, 2, 3, 4, 6, 8, 16]).ToString(CultureInfo.InvariantCulture);

    /// <summary>A name that a layer above has, or could have.</summary>
    private string Name() => Chance(0.3) ? "\"input\"" : names.Count > 0 && !Chance(wildness) ? Pick(names) : Pick(
        ["\"conv1\"", "\"relu1\"", "\"a\"", "\"b\"", "\"layer1.0\"", "\"add1\"", "\"b01\"", "\"b01.conv1\"", "\"fc1\""]);

    /// <summary>A name that no layer has yet, as a rule.</summary>
    private string NewName()
    {
        string name = Chance(wildness) ? Pick(Strings) : $"\"n{names.Count.ToString(CultureInfo.InvariantCulture)}\"";
        names.Add(name);
        return name;
    }

    /// <summary>What a source looks like while somebody edits it.</summary>
    private string Damage(string text)
    {
        int at = random.Next(text.Length);
        int length = random.Next(1, Math.Min(20, text.Length - at) + 1);
        string scrap = Pick(Scraps);
        return random.Next(6) switch
        {
            0 => text[..at],
            1 => text.Remove(at, 1),
            2 => text.Remove(at, length),
            3 => text.Insert(at, scrap),
            4 => text.Insert(at, text.Substring(at, length)),
            _ => new StringBuilder(text).Insert(at, scrap).Insert(random.Next(text.Length), Pick(Scraps)).ToString(),
        };
    }

    private bool Chance(double probability) => random.NextDouble() < probability;

    private T Pick<T>(IReadOnlyList<T> values) => values[random.Next(values.Count)];
}
