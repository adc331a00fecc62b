/// Positions of real sites: a CSV file with columns LATITUDE and LONGITUDE in degrees, such as
/// those of the EUA datasets (swinedge/eua-dataset).
enum SiteFile {
    /// The sites in file order; nil after reporting why there are none.
    static func read(
        _ name: String, at place: Place, _ files: DataFiles, _ log: DiagnosticLog
    ) -> [(latitude: Double, longitude: Double)]? {
        guard let table = files.table(name, at: place, log) else { return nil }
        let latitudes = table.column("LATITUDE", required: true)
        let longitudes = table.column("LONGITUDE", required: true)
        guard let latitudes, let longitudes else { return nil }
        var sites: [(latitude: Double, longitude: Double)] = []
        let isGood = table.forEachRow { line, fields in
            guard let latitude = Double(fields[latitudes]), abs(latitude) <= 90,
                let longitude = Double(fields[longitudes]), abs(longitude) <= 180
            else {
                table.report(line, "no position in degrees")
                return .failure
            }
            sites.append((latitude, longitude))
            return sites.count < KeyTable.stationLimit ? .more : .enough
        }
        if isGood, sites.isEmpty {
            log.error(.dataFile, at: place, "\(table.path) has no sites")
            return nil
        }
        return isGood ? sites : nil
    }
}
