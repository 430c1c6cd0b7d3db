using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Reflection;
using System.Runtime.Loader;
using System.Text.Json;
using Microsoft.CodeAnalysis;

namespace NetGen.Tool;

/// <summary>Finds networks in assemblies of programs and libraries of any kind.</summary>
internal static class NetworkAssembly
{
    private const string Extension = ".dll";

    /// <summary>Loads an assembly and finds its network.</summary>
    /// <param name="path">The assembly.</param>
    /// <param name="className">The network's class, where there are several.</param>
    public static Type Find(string path, string? className)
    {
        Assembly assembly = Load(path);
        Exception? failure = null;
        Type?[] types;
        try
        {
            types = assembly.GetTypes();
        }
        catch (ReflectionTypeLoadException e)
        {
            // A base class may lie in a package that is not here: what loads can be used nevertheless.
            types = e.Types;
            failure = e.LoaderExceptions.FirstOrDefault(l => l is not null);
        }

        Type[] networks = [.. types.OfType<Type>().Where(IsNetwork)];
        Type[] found = [.. networks.Where(t => className is null || t.Name == className || t.FullName == className)];
        string names = string.Join(", ", networks.Select(t => t.FullName));
        string hidden = failure is null ? "" : $" Some of its types cannot be loaded: {failure.Message}";
        return found.Length switch
        {
            1 => found[0],
            0 => throw new ToolException(networks.Length == 0 ? $"{path} has no network.{hidden}" : $"{path} has no network '{className}', but {names}.{hidden}"),
            _ => throw new ToolException($"{path} has several networks: choose one of {names} with --network."),
        };
    }

    /// <summary>A type of an assembly as a symbol.</summary>
    /// <param name="type">The type.</param>
    /// <param name="path">The assembly, in whose folder those lie that have the blocks it uses.</param>
    public static INamedTypeSymbol SymbolOf(Type type, string path) => Compilations
        .Create("reader", null, [path, .. Directory.GetFiles(Path.GetDirectoryName(path)!, "*" + Extension)])
        .GetTypeByMetadataName(type.FullName!) ?? throw new ToolException($"{path} has two types called {type.FullName}.");

    private static bool IsNetwork(Type type)
    {
        try
        {
            return type.GetInterfaces().Any(i => i.IsGenericType && i.GetGenericTypeDefinition() == typeof(INetwork<>));
        }
        catch (Exception e) when (e is IOException or TypeLoadException or BadImageFormatException)
        {
            return false;
        }
    }

    private static Assembly Load(string path)
    {
        if (!File.Exists(path))
        {
            throw new ToolException(Directory.Exists(path) ? $"{path} is a folder; give an assembly or an ONNX model (.onnx) in it." : $"{path} does not exist.");
        }

        // The assembly's own folder has what it needs, but for the framework, and this library, which has to be the one in use here.
        var context = new AssemblyLoadContext(path);
        string[] folders = [Path.GetDirectoryName(path)!, .. FrameworksOf(path)];
        context.Resolving += (_, name) => folders.Select(f => Path.Combine(f, name.Name + Extension)).FirstOrDefault(File.Exists) is { } found
            ? context.LoadFromAssemblyPath(found)
            : null;
        try
        {
            return context.LoadFromAssemblyPath(path);
        }
        catch (BadImageFormatException)
        {
            throw new ToolException($"{path} is neither an assembly nor an ONNX model (.onnx).");
        }
    }

    /// <summary>
    /// The folders of the shared frameworks that a program runs on, ASP.NET's for example: those that its configuration names, and of
    /// a library, which has none, all that are installed.
    /// </summary>
    private static IEnumerable<string> FrameworksOf(string path)
    {
        string shared = Path.GetFullPath(Path.Combine(typeof(object).Assembly.Location, "..", "..", ".."));
        if (!Directory.Exists(shared))
        {
            return [];
        }

        string configuration = Path.ChangeExtension(path, ".runtimeconfig.json");
        IEnumerable<(string Name, string Version)> frameworks = File.Exists(configuration)
            ? NamedFrameworks(configuration)
            : Directory.GetDirectories(shared).Select(d => (Path.GetFileName(d), ""));
        return frameworks.Select(f => VersionOf(Path.Combine(shared, f.Name), f.Version)).OfType<string>();
    }

    private static IReadOnlyList<(string Name, string Version)> NamedFrameworks(string configuration)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(
                File.ReadAllBytes(configuration), new JsonDocumentOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
            JsonElement options = document.RootElement.GetProperty("runtimeOptions");
            IEnumerable<JsonElement> one = options.TryGetProperty("framework", out JsonElement framework) ? [framework] : [];
            IEnumerable<JsonElement> several = options.TryGetProperty("frameworks", out JsonElement frameworks) ? [.. frameworks.EnumerateArray()] : [];
            return [.. one.Concat(several).Select(f => (f.GetProperty("name").GetString()!, f.GetProperty("version").GetString()!))];
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            throw new ToolException($"{configuration} does not say which frameworks the program runs on: {e.Message}");
        }
    }

    /// <summary>The folder of a framework's version: the newest of the same major version, or, as programs roll forward here, the newest.</summary>
    private static string? VersionOf(string framework, string version)
    {
        string major = version.Split('.')[0] + ".";
        return !Directory.Exists(framework) ? null : Directory.GetDirectories(framework)
            .OrderByDescending(d => Path.GetFileName(d).StartsWith(major, StringComparison.Ordinal))
            .ThenByDescending(d => Version.TryParse(Path.GetFileName(d).Split('-')[0], out Version? v) ? v : new Version())
            .FirstOrDefault();
    }
}
