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
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.Collection;
import java.util.Collections;
import java.util.Enumeration;
import java.util.Map;

import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.Part;
import org.jspecify.annotations.Nullable;

import org.springframework.http.MediaType;

/**
 * A request whose body was read and can be read again: once as a stream or as text, and
 * any number of times as the parameters of a form.
 */
final class BufferedBodyRequest extends HttpServletRequestWrapper {

	private final byte[] body;

	private @Nullable ServletInputStream stream;

	private @Nullable BufferedReader reader;

	private @Nullable Map<String, String[]> parameters;

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
			this.reader = new BufferedReader(
					new InputStreamReader(new BodyInputStream(this.body), charset(StandardCharsets.ISO_8859_1)));
		}
		return this.reader;
	}

	private Charset charset(Charset fallback) {
		String name = getCharacterEncoding();
		return (name != null) ? Charset.forName(name) : fallback;
	}

	/**
	 * Only the parameters of the signed query and the signed body: earlier code may have
	 * read parameters from a body that nobody has signed.
	 */
	@Override
	public Map<String, String[]> getParameterMap() {
		if (this.parameters == null) {
			Charset charset = charset(StandardCharsets.UTF_8);
			this.parameters = FormParameters.of(getQueryString(), isForm() ? new String(this.body, charset) : "",
					charset);
		}
		return this.parameters;
	}

	private boolean isForm() {
		String type = getContentType();
		return "POST".equals(getMethod()) && type != null
				&& type.split(";", 2)[0].strip().equalsIgnoreCase(MediaType.APPLICATION_FORM_URLENCODED_VALUE);
	}

	@Override
	public @Nullable String getParameter(String name) {
		String[] values = getParameterMap().get(name);
		return (values != null && values.length > 0) ? values[0] : null;
	}

	@Override
	public String @Nullable [] getParameterValues(String name) {
		return getParameterMap().get(name);
	}

	@Override
	public Enumeration<String> getParameterNames() {
		return Collections.enumeration(getParameterMap().keySet());
	}

	@Override
	public Collection<Part> getParts() throws IOException, ServletException {
		throw new ServletException("The parts of a body whose signature was checked are not available: read the "
				+ "body from the request's stream");
	}

	@Override
	public Part getPart(String name) throws IOException, ServletException {
		throw new ServletException("The parts of a body whose signature was checked are not available: read the "
				+ "body from the request's stream");
	}

}
