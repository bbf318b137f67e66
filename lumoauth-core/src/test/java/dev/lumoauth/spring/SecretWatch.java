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

package dev.lumoauth.spring;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.Predicate;
import java.util.regex.Pattern;

import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import org.jspecify.annotations.Nullable;

/**
 * Looks for secrets in whatever is logged. Not in what the servers of the tests log of
 * the requests that they get: those run in the same process, and must see them.
 */
public final class SecretWatch extends AppenderBase<ILoggingEvent> {

	/** The secrets of the tests, and whatever looks like a signed token. */
	private static final Pattern MARKERS = Pattern
		.compile("MARKER|pa55word|s3cret-of|eyJ[A-Za-z0-9_-]{10,}\\.eyJ[A-Za-z0-9_-]{10,}\\.[A-Za-z0-9_-]{10,}");

	private static final List<String> SERVERS = List.of("org.apache.coyote", "org.apache.tomcat", "org.apache.catalina",
			"org.eclipse.jetty", "sun.net.httpserver", "com.sun.net.httpserver", "com.github.tomakehurst", "WireMock");

	/** Everything that leaked: who logged it, and what. */
	public final Queue<String> leaks = new ConcurrentLinkedQueue<>();

	private final Predicate<String> secret;

	private volatile long seen;

	private @Nullable Path file;

	/**
	 * A watch for the secrets of all tests.
	 */
	public SecretWatch() {
		this(MARKERS.asPredicate());
	}

	/**
	 * A watch.
	 * @param secret finds one in a text
	 */
	public SecretWatch(Predicate<String> secret) {
		this.secret = secret;
	}

	/**
	 * Set where leaks are written to; nowhere by default.
	 * @param file its name
	 */
	public void setFile(String file) {
		this.file = Path.of(file);
	}

	/**
	 * How many events were looked at.
	 */
	public long seen() {
		return this.seen;
	}

	@Override
	protected void append(ILoggingEvent event) {
		if (SERVERS.stream().anyMatch(event.getLoggerName()::startsWith) || event.getThreadName().startsWith("qtp")) {
			return;
		}
		this.seen++;
		String text = event.getFormattedMessage() + event.getMDCPropertyMap();
		if (event.getThrowableProxy() != null) {
			text += ThrowableProxyUtil.asString(event.getThrowableProxy());
		}
		if (this.secret.test(text)) {
			String leak = event.getLevel() + " " + event.getLoggerName() + " [" + event.getThreadName() + "] " + text;
			this.leaks.add(leak);
			write(leak);
		}
	}

	private void write(String leak) {
		if (this.file != null) {
			try {
				Files.writeString(this.file, leak + "\n", StandardCharsets.UTF_8, StandardOpenOption.CREATE,
						StandardOpenOption.APPEND);
			}
			catch (IOException ex) {
				throw new UncheckedIOException(ex);
			}
		}
	}

}
