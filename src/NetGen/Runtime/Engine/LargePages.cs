using System;
using System.Runtime.InteropServices;

namespace NetGen.Runtime;

/// <summary>
/// Asks Linux for pages of 2 MB in place of 4 KB, before memory is first written: hundreds of megabytes are then filled in two thirds
/// of the time. Other systems, and a Linux that is set not to, go on as ever.
/// </summary>
internal static partial class LargePages
{
    private const nint LargePageLength = 2 << 20;

    // MADV_HUGEPAGE.
    private const int Advice = 14;

    /// <summary>Asks for them, where the memory is large enough to gain from it.</summary>
    /// <param name="address">The first byte.</param>
    /// <param name="length">The bytes.</param>
    public static void Advise(nint address, nint length)
    {
        if (!OperatingSystem.IsLinux() || length < 4 * LargePageLength)
        {
            return;
        }

        nint page = Environment.SystemPageSize;
        nint first = (address + page - 1) & -page;
        nint last = (address + length) & -page;
        try
        {
            // It is advice: an error changes nothing.
            _ = Advise(first, (nuint)(last - first), Advice);
        }
        catch (Exception exception) when (exception is DllNotFoundException or EntryPointNotFoundException)
        {
            // A system whose C library has another name.
        }
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static partial int Advise(nint address, nuint length, int advice);
}
