extern alias netgen;

using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;
using System.Reflection;
using NetGen.Generator.Graphs.Layers;
using NetGen.Generator.Tests.Fuzz;
using Xunit;

namespace NetGen.Generator.Tests.Docs;

/// <summary>The tables of layers.md are those of the generator's kinds of layers and of the runtime's attributes.</summary>
public sealed class LayerTableTests
{
    private const string NameColumn = "| layer | unnamed | gives | arguments |";
    private static readonly DocPage Page = new("generator/docs/layers.md");

    public static TheoryData<string> Kinds => [.. LayerKind.All.Select(k => k.Name)];

    /// <summary>The enumerations that layers and networks take values of.</summary>
    public static TheoryData<string> Enumerations => [.. AttributeCatalog.All.SelectMany(TypesIn).Where(t => t.IsEnum).Select(t => t.Name).Distinct()];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Row_OfEachKind_IsThatOfItsAttribute(string kind)
    {
        Type attribute = AttributeCatalog.Layers.Single(t => AttributeCatalog.NameOf(t) == kind);
        string[] cells = Rows().SingleOrDefault(r => r[0].Contains($"`[{kind}]`", StringComparison.Ordinal) || r[0].Contains($"`[{kind}(", StringComparison.Ordinal)) ?? ["", "", "", ""];
        string given = cells[2].Length > 0 ? cells[2] : "…";
        string expected = $"| {Forms(kind, attribute)} | `{LayerKind.Find(kind)!.Stem}1` | {given} | {Arguments(attribute)} |";

        Assert.True($"| {string.Join(" | ", cells)} |" == expected && given != "…", $"layers.md needs this row for [{kind}]:\n{expected}");
    }

    /// <summary>All but <c>[Use]</c>, which stands for the layers of a block.</summary>
    [Fact]
    public void Kinds_AreThoseOfTheAttributes() => Assert.Equal(
        AttributeCatalog.Layers.Select(AttributeCatalog.NameOf).Where(n => n != "Use").Order(StringComparer.Ordinal),
        LayerKind.All.Select(k => k.Name).Order(StringComparer.Ordinal));

    [Fact]
    public void Rows_AreOfKindsAlone() => Assert.Equal(LayerKind.All.Count(), Rows().Count());

    [Theory]
    [MemberData(nameof(Enumerations))]
    public void Enumeration_HasARow(string name)
    {
        Type type = typeof(netgen::NetGen.NetworkAttribute).Assembly.GetType("NetGen." + name)!;
        string row = $"| `{name}` | {string.Join(", ", Enum.GetNames(type).Select(n => $"`{n}`"))} |";
        Assert.True(Page.Text.Contains($"\n{row}", StringComparison.Ordinal), $"layers.md needs this row:\n{row}");
    }

    [Fact]
    public void OptionsOfAClass_AreDescribed()
    {
        foreach (Type type in new[] { typeof(netgen::NetGen.NetworkAttribute), typeof(netgen::NetGen.BudgetAttribute) })
        {
            Assert.All(AttributeCatalog.PropertiesOf(type), p => Assert.Contains($"| `{p.Name} = ", Page.Text, StringComparison.Ordinal));
        }
    }

    private static IEnumerable<Type> TypesIn(Type attribute) => AttributeCatalog.PropertiesOf(attribute).Select(p => p.PropertyType)
        .Concat(AttributeCatalog.ConstructorsOf(attribute).SelectMany(c => c.GetParameters()).Select(p => p.ParameterType));

    /// <summary>The cells of all rows of layers.</summary>
    private static IEnumerable<string[]> Rows()
    {
        bool inside = false;
        foreach (string line in Page.Text.Split('\n'))
        {
            inside = line == NameColumn || (inside && line.StartsWith('|'));
            if (inside && line.StartsWith("| `", StringComparison.Ordinal))
            {
                yield return [.. line.Trim('|').Split('|').Select(c => c.Trim())];
            }
        }
    }

    private static string Forms(string kind, Type attribute) => string.Join(", ", AttributeCatalog.ConstructorsOf(attribute).Select(c => c.GetParameters())
        .Select(p => p.Length == 0 ? $"`[{kind}]`" : $"`[{kind}({string.Join(", ", p.Select(Parameter))})]`"));

    private static string Parameter(ParameterInfo parameter) =>
        parameter.IsDefined(typeof(ParamArrayAttribute)) ? parameter.Name + "…"
        : parameter.HasDefaultValue ? $"{parameter.Name} = {Value(Enum.ToObject(parameter.ParameterType, parameter.DefaultValue!))}"
        : parameter.Name!;

    /// <summary>The named arguments, with their defaults where those are not 0 or false.</summary>
    private static string Arguments(Type attribute)
    {
        ConstructorInfo constructor = AttributeCatalog.ConstructorsOf(attribute).MinBy(c => c.GetParameters().Length)!;
        object instance = constructor.Invoke([.. constructor.GetParameters().Select(p => Sample(p.ParameterType))]);
        IEnumerable<string> arguments = AttributeCatalog.PropertiesOf(attribute)
            .Where(p => p.DeclaringType != typeof(netgen::NetGen.LayerAttribute))
            .Select(p => (p.Name, Value: p.GetValue(instance)))
            .Select(p => p.Value is null or 0 or 0.0 or false ? $"`{p.Name}`" : $"`{p.Name} = {Value(p.Value)}`");
        return string.Join(", ", arguments) is { Length: > 0 } text ? text : "–";
    }

    private static object Sample(Type type) =>
        type == typeof(int) ? 1 : type == typeof(double) ? 1.0 : type.IsEnum ? Enum.ToObject(type, 0) : Array.CreateInstance(type.GetElementType()!, 0);

    private static string Value(object value) => value switch
    {
        double small when Math.Abs(small) < 0.001 => small.ToString("0.##e-0", CultureInfo.InvariantCulture),
        bool => "true",
        _ => string.Create(CultureInfo.InvariantCulture, $"{value}"),
    };
}
