extern alias netgen;

using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using NetGen.Generator.Graphs;
using NetGen.Generator.Parsing;
using NetGen.Generator.Tests.Graphs;

namespace NetGen.Generator.Tests.Fuzz;

/// <summary>The runtime's attributes, as reflection finds them: one that is added is fuzzed without a word here.</summary>
internal static class AttributeCatalog
{
    private const string Suffix = "Attribute";

    /// <summary>Every attribute.</summary>
    public static readonly IReadOnlyList<Type> All = [.. typeof(netgen::NetGen.NetworkAttribute).Assembly.GetExportedTypes()
        .Where(t => t.IsSubclassOf(typeof(Attribute)) && !t.IsAbstract)
        .OrderBy(t => t.FullName, StringComparer.Ordinal)];

    /// <summary>Those that are layers.</summary>
    public static readonly IReadOnlyList<Type> Layers = [.. All.Where(t => t.IsSubclassOf(typeof(netgen::NetGen.LayerAttribute)))];

    /// <summary>The name as it is written in brackets: <c>Conv2D</c>.</summary>
    public static string NameOf(Type attribute)
    {
        string name = attribute.Name.Split('`')[0];
        return name.EndsWith(Suffix, StringComparison.Ordinal) ? name[..^Suffix.Length] : name;
    }

    /// <summary>What a layer gives for an image or a vector; null where it does not take that.</summary>
    public static Shape? OutputOf(Type layer, Shape input)
    {
        LayerSyntax source = input.IsVector ? Networks.Vector(input.Channels) : Networks.Image(input.Channels, input.Height, input.Width);
        return Networks.Build(source, Networks.Layer(NameOf(layer), ("names", "input"))).Graph?.Output;
    }

    public static ConstructorInfo[] ConstructorsOf(Type attribute) => attribute.GetConstructors();

    public static PropertyInfo[] PropertiesOf(Type attribute) => [.. attribute.GetProperties().Where(p => p.SetMethod is { IsPublic: true })];
}
