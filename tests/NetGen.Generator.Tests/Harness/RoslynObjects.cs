using System;
using System.Collections;
using System.Collections.Generic;
using System.Reflection;
using Microsoft.CodeAnalysis;

namespace NetGen.Generator.Tests.Harness;

/// <summary>Looks for parts of a compilation in a pipeline's models, where they would keep the whole compilation alive.</summary>
internal static class RoslynObjects
{
    /// <summary>The path to the first such object that can be reached, null where there is none.</summary>
    public static string? FindIn(object? model) => Find(model, model?.GetType().Name ?? "", new HashSet<object>(ReferenceEqualityComparer.Instance));

    private static string? Find(object? value, string path, HashSet<object> seen)
    {
        if (value is null or string or Enum || value.GetType() is { IsPrimitive: true } or { IsPointer: true } || value is decimal or Type)
        {
            return null;
        }

        if (value is ISymbol or SyntaxNode or SyntaxTree or Location or Compilation or SemanticModel or SyntaxReference or AttributeData
            or SyntaxToken or SyntaxTrivia or SyntaxNodeOrToken or Diagnostic)
        {
            return $"{path} is a {value.GetType().Name}";
        }

        if (!value.GetType().IsValueType && !seen.Add(value))
        {
            return null;
        }

        if (value is IEnumerable items)
        {
            int index = 0;
            foreach (object? item in items)
            {
                if (Find(item, $"{path}[{index++}]", seen) is { } inItem)
                {
                    return inItem;
                }
            }
        }

        for (Type? type = value.GetType(); type is not null && type != typeof(object); type = type.BaseType)
        {
            foreach (FieldInfo field in type.GetFields(BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic | BindingFlags.DeclaredOnly))
            {
                if (Find(field.GetValue(value), $"{path}.{field.Name}", seen) is { } inField)
                {
                    return inField;
                }
            }
        }

        return null;
    }
}
