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

package dev.lumoauth.demo.outbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.UUID;

import org.jspecify.annotations.Nullable;

import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.stereotype.Component;

/**
 * Sends reports as a demo does: writes each report to a separate file in the directory
 * {@code demo.outbox}. Without this property, the directory is a new temporary one, which
 * is created with the first report. File names contain no text from a model.
 */
@Component
public class Outbox {

	private static final int MAX_LINE = 200;

	private static final int MAX_TEXT = 20_000;

	private static final int MAX_LISTED = 20;

	private static final DateTimeFormatter NAME = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss")
		.withZone(ZoneOffset.UTC);

	private final ApplicationEventPublisher events;

	private final Deque<SentReport> sent = new ArrayDeque<>();

	private @Nullable Path directory;

	@Autowired
	Outbox(@Value("${demo.outbox:}") String directory, ApplicationEventPublisher events) {
		this(directory.isBlank() ? null : Path.of(directory), events);
	}

	Outbox(@Nullable Path directory, ApplicationEventPublisher events) {
		this.directory = directory;
		this.events = events;
	}

	/**
	 * Send a report. Publishes the {@link SentReport} as an event.
	 * @param subject the subject, in one line of at most 200 characters
	 * @param recipients the recipients, in one line of at most 200 characters
	 * @param text its text, of at most 20,000 characters
	 * @return the report
	 * @throws IllegalArgumentException if one of them is empty or too long
	 * @throws IllegalStateException if the file can't be written
	 */
	public SentReport send(String subject, String recipients, String text) {
		SentReport report = write(line("subject", subject), line("recipients", recipients),
				checked("text", text, MAX_TEXT));
		this.events.publishEvent(report);
		return report;
	}

	private synchronized SentReport write(String subject, String recipients, String text) {
		Instant now = Instant.now();
		String content = "To: %s%nSubject: %s%nDate: %s%n%n%s%n".formatted(recipients, subject, now, text);
		try {
			Path file = directory()
				.resolve("report-" + NAME.format(now) + "-" + UUID.randomUUID().toString().substring(0, 8) + ".txt");
			Files.writeString(file, content, StandardOpenOption.CREATE_NEW);
			SentReport report = new SentReport(file.toString(), subject, recipients, Files.readString(file));
			this.sent.addFirst(report);
			if (this.sent.size() > MAX_LISTED) {
				this.sent.removeLast();
			}
			return report;
		}
		catch (IOException ex) {
			throw new IllegalStateException("The report can't be written to the outbox", ex);
		}
	}

	private Path directory() throws IOException {
		Path directory = this.directory;
		if (directory == null) {
			// On systems with file permissions, only this user may read the file.
			directory = Files.createTempDirectory("lumoauth-demo-outbox");
			this.directory = directory;
		}
		return Files.createDirectories(directory).toAbsolutePath();
	}

	private static String line(String name, String value) {
		return checked(name, value.replaceAll("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}]", " ").strip(), MAX_LINE);
	}

	private static String checked(String name, String value, int max) {
		if (value.isBlank() || value.length() > max) {
			throw new IllegalArgumentException("'%s' has to have 1 to %d characters".formatted(name, max));
		}
		return value;
	}

	/**
	 * Return what was sent since the application started.
	 * @return the last 20, the latest first
	 */
	public synchronized List<SentReport> sent() {
		return List.copyOf(this.sent);
	}

}
