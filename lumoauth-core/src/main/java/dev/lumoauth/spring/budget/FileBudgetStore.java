/*
 * Copyright 2026-present the original author or authors.
 *
 * Licensed under the Apache License, Version 2.0 (the "License");
 * you may not use this file except in compliance with the License.
 * You may obtain a copy of the License at
 *
 *      https://www.apache.org/licenses/LICENSE-2.0
 *
 * Unless required by applicable law or agreed to in writing, software
 * distributed under the License is distributed on an "AS IS" BASIS,
 * WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
 * See the License for the specific language governing permissions and
 * limitations under the License.
 */

package dev.lumoauth.spring.budget;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;

import org.springframework.util.Assert;

import dev.lumoauth.spring.LumoAuthSetupException;
import dev.lumoauth.spring.budget.BudgetStore.Count;

/**
 * A {@link BudgetStore} in a file. A line has the latest period of one limit of one
 * agent. The file is replaced as a whole, so it is never half-written, and each change is
 * on the disk when {@link #add} returns.
 * <p>
 * A period that has ended does not begin again: what comes for an earlier period, after
 * the clock was set back, is added to the later one.
 */
final class FileBudgetStore implements BudgetStore {

	private static final String FIRST_LINE = "LumoAuth budget 1";

	private static final String LAST_LINE = "end";

	private static final long MAX_BYTES = 1_000_000;

	private static final String ACTION = "Set lumoauth.budget.file to a file in a directory that exists, that the "
			+ "application may write, and that outlasts the application.";

	private static final Log logger = LogFactory.getLog(FileBudgetStore.class);

	private final Path file;

	private final FileChannel lock;

	private Map<Series, Period> periods;

	FileBudgetStore(Path path) {
		Path named = path.toAbsolutePath().normalize();
		try {
			this.file = real(named);
			this.lock = lock(this.file);
		}
		catch (IOException ex) {
			throw unusable(named, ex);
		}
		try {
			this.periods = Files.exists(this.file) ? read(this.file) : Map.of();
			// Also shows whether the file can be replaced.
			write(this.periods);
		}
		catch (IOException | UncheckedIOException ex) {
			close();
			throw unusable(this.file, (ex.getCause() instanceof IOException cause) ? cause : ex);
		}
		catch (LumoAuthSetupException ex) {
			close();
			throw ex;
		}
	}

	private static Path real(Path file) throws IOException {
		Path directory = file.getParent();
		if (directory == null || !Files.isDirectory(directory)) {
			throw unusable(file, "its directory does not exist", ACTION);
		}
		if (Files.isDirectory(file)) {
			throw unusable(file, "it is a directory", ACTION);
		}
		return Files.exists(file) ? file.toRealPath() : directory.toRealPath().resolve(file.getFileName());
	}

	/**
	 * A lock on the file itself would end when the file is replaced.
	 */
	private static FileChannel lock(Path file) throws IOException {
		FileChannel channel = FileChannel.open(sibling(file, ".lock"), StandardOpenOption.CREATE,
				StandardOpenOption.WRITE);
		if (isLocked(channel)) {
			return channel;
		}
		channel.close();
		throw unusable(file, "another application uses it",
				"Stop the other application first, or set lumoauth.budget.file to another file. In a rolling update, "
						+ "the old process has to end before the new one starts.");
	}

	private static boolean isLocked(FileChannel channel) throws IOException {
		try {
			return channel.tryLock() != null;
		}
		catch (OverlappingFileLockException ex) {
			return false; // another application context of this process has it
		}
	}

	private static Map<Series, Period> read(Path file) throws IOException {
		List<String> lines = (Files.size(file) <= MAX_BYTES)
				? new String(Files.readAllBytes(file), StandardCharsets.UTF_8).lines().toList() : List.of();
		if (lines.size() < 2 || !lines.get(0).equals(FIRST_LINE) || !lines.get(lines.size() - 1).equals(LAST_LINE)) {
			throw notOurs(file);
		}
		Map<Series, Period> periods = new LinkedHashMap<>();
		try {
			for (String line : lines.subList(1, lines.size() - 1)) {
				String[] fields = line.split(" ", -1);
				Assert.isTrue(fields.length == 5, "A line has five fields");
				Period period = new Period(Instant.parse(fields[0]), Long.parseLong(fields[1]));
				Series series = new Series(decode(fields[4]), decode(fields[3]), decode(fields[2]));
				Assert.isTrue(period.used() >= 0 && periods.put(series, period) == null, "A line is not valid");
			}
		}
		catch (IllegalArgumentException | DateTimeException ex) {
			throw notOurs(file);
		}
		return periods;
	}

	@Override
	public synchronized Map<Count, Sum> add(Map<Count, Long> amounts) {
		Map<Series, Period> changed = new LinkedHashMap<>(this.periods);
		Map<Count, Sum> sums = new LinkedHashMap<>();
		amounts.forEach((count, amount) -> {
			Series series = new Series(count.tenant(), count.agent(), count.limit());
			Period period = changed.getOrDefault(series, new Period(count.since(), 0));
			if (count.since().isAfter(period.since())) {
				period = new Period(count.since(), 0);
			}
			Period sum = new Period(period.since(), Math.max(0, UsageCounter.sum(period.used(), amount)));
			changed.put(series, sum);
			sums.put(count, new Sum(sum.used(), 0));
		});
		if (!changed.equals(this.periods)) {
			write(changed);
			this.periods = changed;
		}
		return sums;
	}

	private void write(Map<Series, Period> periods) {
		if (!this.lock.isOpen()) {
			throw new IllegalStateException(this.file + " is closed.");
		}
		String text = periods.entrySet()
			.stream()
			.map((entry) -> line(entry.getKey(), entry.getValue()))
			.collect(Collectors.joining("", FIRST_LINE + "\n", LAST_LINE + "\n"));
		Path next = sibling(this.file, ".tmp");
		try {
			create(next);
			// Not a channel: a thread that is interrupted writes too.
			try (FileOutputStream stream = new FileOutputStream(next.toFile())) {
				stream.write(text.getBytes(StandardCharsets.UTF_8));
				stream.getFD().sync();
			}
			Files.move(next, this.file, StandardCopyOption.ATOMIC_MOVE);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex.getClass().getSimpleName() + ": " + ex.getMessage(), ex);
		}
		// Otherwise the machine's end could bring the previous file back.
		try (FileChannel directory = FileChannel.open(this.file.resolveSibling(""), StandardOpenOption.READ)) {
			directory.force(true);
		}
		catch (IOException ex) {
			logger.debug("The directory of the budget's file could not be flushed", ex);
		}
	}

	/**
	 * Anew, so that a link in its place is not followed. Whoever may read or write the
	 * file may do so afterwards, and nobody else.
	 */
	private void create(Path next) throws IOException {
		if (!Files.isDirectory(next, LinkOption.NOFOLLOW_LINKS)) {
			Files.deleteIfExists(next);
		}
		Files.createFile(next);
		PosixFileAttributeView view = Files.getFileAttributeView(next, PosixFileAttributeView.class);
		if (view != null && Files.exists(this.file)) {
			view.setPermissions(Files.getPosixFilePermissions(this.file));
		}
	}

	private static String line(Series series, Period period) {
		return String.join(" ", period.since().toString(), String.valueOf(period.used()), encode(series.limit()),
				encode(series.agent()), encode(series.tenant())) + "\n";
	}

	/**
	 * Let another process use the file. Nothing can be added after that.
	 */
	@Override
	public synchronized void close() {
		try {
			this.lock.close();
		}
		catch (IOException ex) {
			logger.debug("The lock of the budget's file could not be released", ex);
		}
	}

	@Override
	public String toString() {
		return "budget store in " + this.file;
	}

	private static Path sibling(Path file, String suffix) {
		return file.resolveSibling(file.getFileName() + suffix);
	}

	private static String encode(String text) {
		return URLEncoder.encode(text, StandardCharsets.UTF_8);
	}

	private static String decode(String text) {
		return URLDecoder.decode(text, StandardCharsets.UTF_8);
	}

	private static LumoAuthSetupException unusable(Path file, Exception failure) {
		return unusable(file, String.valueOf(failure), ACTION);
	}

	private static LumoAuthSetupException notOurs(Path file) {
		return unusable(file, "it is not a complete file of this library",
				"If the property names the wrong file, correct lumoauth.budget.file. Otherwise restore the file, or "
						+ "delete it: then the usage of the current periods is forgotten.");
	}

	/**
	 * The periods of one limit of one agent.
	 */
	private record Series(String tenant, String agent, String limit) {

	}

	/**
	 * The latest period and what was used in it.
	 */
	private record Period(Instant since, long used) {

	}

	private static LumoAuthSetupException unusable(Path file, String problem, String action) {
		return new LumoAuthSetupException(
				"lumoauth.budget.file names the file %s, which can't be used: %s.".formatted(file, problem), action);
	}

}
