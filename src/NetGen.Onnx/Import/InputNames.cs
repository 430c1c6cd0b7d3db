using System;
using System.Collections.Generic;
using System.Globalization;
using System.Linq;

namespace NetGen.Onnx.Import;

/// <summary>Names a network's inputs, as far as it may, as the model does.</summary>
internal static class InputNames
{
    /// <summary>Gives each input a name of its own, which none of the layers' fixed names is or lies in.</summary>
    public static void Give(IReadOnlyList<NetworkInput> inputs, IReadOnlyList<ModelName> layers)
    {
        List<string> taken = [.. layers.Where(l => l.Use == NameUse.Fixed).Select(l => l.Name!)];
        NetworkInput? only = inputs.Count(i => i.Next is null) == 1 ? inputs.First(i => i.Next is null) : null;
        if (only is not null)
        {
            only.Layer.Name = Naming.InputName;
            taken.Add(Naming.InputName);
        }

        foreach (NetworkInput input in inputs.Where(i => i != only))
        {
            string name = Candidates(input.Info.Name).First(c => !taken.Any(t => ModelName.Clash(t, c)));
            taken.Add(name);
            input.Layer.Name = name;
        }
    }

    private static IEnumerable<string> Candidates(string name)
    {
        string plain = ModelNames.WithoutResult(name);
        string clean = plain == Naming.InputName ? plain : ModelNames.Clean(plain) is { } path && path.Any(char.IsAsciiLetterOrDigit) ? path : Naming.InputName;
        yield return clean;

        // Without dots it lies in no layer's module.
        string flat = clean.Replace('.', '_');
        string stem = flat.EndsWith(Naming.InputName, StringComparison.Ordinal) ? flat : $"{flat}_{Naming.InputName}";
        yield return stem;
        for (int i = 2; ; i++)
        {
            yield return string.Create(CultureInfo.InvariantCulture, $"{stem}_{i}");
        }
    }
}
