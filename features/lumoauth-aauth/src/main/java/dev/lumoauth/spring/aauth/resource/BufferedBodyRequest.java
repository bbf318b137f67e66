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

package dev.lumoauth.spring.aauth.resource;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import org.jspecify.annotations.Nullable;

/**
 * A request whose body was read and can be read again, as a stream or as text. The body
 * is no form, so that the parameters are those of the query.
 */
final class BufferedBodyRequest extends HttpServletRequestWrapper {

	private final byte[] body;

	private @Nullable ServletInputStream stream;

	private @Nullable BufferedReader reader;

	BufferedBodyRequest(HttpServletRequest request, byte[] body) {
		super(request);
		this.body = body;
	}

	byte[] body() {
		return this.body;
	}

	@Override
	public ServletInputStream getInputStream() {
		if (this.reader != null) {
			throw new IllegalStateException("getReader() was called for this request");
		}
		if (this.stream == null) {
			this.stream = new BodyInputStream(this.body);
		}
		return this.stream;
	}

	@Override
	public BufferedReader getReader() {
		if (this.stream != null) {
			throw new IllegalStateException("getInputStream() was called for this request");
		}
		if (this.reader == null) {
			String name = getCharacterEncoding();
			this.reader = new BufferedReader(new InputStreamReader(new BodyInputStream(this.body),
					(name != null) ? Charset.forName(name) : StandardCharsets.ISO_8859_1));
		}
		return this.reader;
	}

}
