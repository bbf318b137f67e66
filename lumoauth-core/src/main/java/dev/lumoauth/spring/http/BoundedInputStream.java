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

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;

import dev.lumoauth.spring.LumoAuthProtocolException;
import dev.lumoauth.spring.LumoAuthUnavailableException;

/**
 * The body of a response, as it is after decompression, up to a limit. A body that breaks
 * off means that LumoAuth is unavailable, not that the answer is invalid.
 */
final class BoundedInputStream extends FilterInputStream {

	private final long limit;

	private final URI endpoint;

	private long count;

	BoundedInputStream(InputStream body, long limit, URI endpoint) {
		super(body);
		this.limit = limit;
		this.endpoint = endpoint;
	}

	@Override
	public int read() {
		try {
			int value = super.read();
			count((value >= 0) ? 1 : 0);
			return value;
		}
		catch (IOException ex) {
			throw brokenOff(ex);
		}
	}

	@Override
	public int read(byte[] buffer, int offset, int length) {
		try {
			int read = super.read(buffer, offset, length);
			count(Math.max(read, 0));
			return read;
		}
		catch (IOException ex) {
			throw brokenOff(ex);
		}
	}

	@Override
	public long skip(long length) throws IOException {
		long skipped = super.skip(length);
		count(skipped);
		return skipped;
	}

	@Override
	public boolean markSupported() {
		return false;
	}

	private void count(long bytes) {
		this.count += bytes;
		if (this.count > this.limit) {
			throw tooLarge(this.endpoint);
		}
	}

	private LumoAuthUnavailableException brokenOff(IOException cause) {
		return new LumoAuthUnavailableException(
				"The answer of LumoAuth at " + this.endpoint + " broke off, or did not end in time", cause,
				!Thread.currentThread().isInterrupted());
	}

	static LumoAuthProtocolException tooLarge(URI endpoint) {
		return new LumoAuthProtocolException("The answer of LumoAuth at " + endpoint + " is larger than 1 MiB", null);
	}

}
