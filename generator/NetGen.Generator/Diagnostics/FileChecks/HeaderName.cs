namespace NetGen.Generator.Diagnostics.FileChecks;

/// <summary>
/// How the small files are called that show the headers of safetensors files to the compiler: by the path in the project, in a single
/// folder. The build's tasks compile this file too.
/// </summary>
internal static class HeaderName
{
    private const string Extension = ".header.json";

    /// <summary>The name of the header's file.</summary>
    /// <param name="path">The safetensors file's path in the project, with slashes.</param>
    public static string Of(string path) => path.Replace("%", "%25").Replace("/", "%2F") + Extension;

    /// <summary>The path of the safetensors file; null where the name is no header's.</summary>
    /// <param name="name">The name of a file, without its folder.</param>
    public static string? PathOf(string name) => name.EndsWith(Extension, System.StringComparison.Ordinal)
        ? name.Substring(0, name.Length - Extension.Length).Replace("%2F", "/").Replace("%25", "%")
        : null;
}
