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

package dev.lumoauth.spring.http;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.util.zip.GZIPInputStream;

import org.jspecify.annotations.Nullable;

/**
 * The received part of a body.
 */
final class ReceivedBody {

	static final String GZIP = "gzip";

	private final byte[] bytes;

	private final @Nullable IOException failure;

	/**
	 * Create a body.
	 * @param bytes the bytes as they came
	 * @param failure why there are no more bytes; {@code null} at the end of the body or
	 * at the limit
	 */
	ReceivedBody(byte[] bytes, @Nullable IOException failure) {
		this.bytes = bytes;
		this.failure = failure;
	}

	/**
	 * Return the body. Reading it throws the failure where the bytes end.
	 */
	InputStream open(@Nullable String encoding) throws IOException {
		InputStream received = new ByteArrayInputStream(this.bytes);
		if (this.failure != null) {
			received = new SequenceInputStream(received, new FailingInputStream(this.failure));
		}
		return (this.bytes.length > 0 && GZIP.equalsIgnoreCase(encoding)) ? new GZIPInputStream(received) : received;
	}

	private static final class FailingInputStream extends InputStream {

		private final IOException failure;

		FailingInputStream(IOException failure) {
			this.failure = failure;
		}

		@Override
		public int read() throws IOException {
			throw this.failure;
		}

		@Override
		public int read(byte[] buffer, int offset, int length) throws IOException {
			throw this.failure;
		}

	}

}
