extern alias netgen;

using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;

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

    public static ConstructorInfo[] ConstructorsOf(Type attribute) => attribute.GetConstructors();

    public static PropertyInfo[] PropertiesOf(Type attribute) => [.. attribute.GetProperties().Where(p => p.SetMethod is { IsPublic: true })];
}
