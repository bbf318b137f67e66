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

package dev.lumoauth.spring.mcp.server;

import java.io.IOException;

import jakarta.servlet.AsyncContext;
import jakarta.servlet.AsyncEvent;
import jakarta.servlet.AsyncListener;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpServletRequest;

/**
 * The body of a request that was answered before the body has arrived. At the end of a
 * request, Tomcat reads the rest of its body and waits for it with the request's thread,
 * for 20 s by default, whatever the answer is. Here no thread waits.
 */
final class UnreadBody implements ReadListener, AsyncListener {

	private static final int MAX_BYTES = 8 * 1024 * 1024;

	private static final long MAX_MILLIS = 10_000;

	private final AsyncContext request;

	private final ServletInputStream body;

	private final byte[] buffer = new byte[4096];

	private int discarded;

	private UnreadBody(AsyncContext request, ServletInputStream body) {
		this.request = request;
		this.body = body;
	}

	/**
	 * Return whether all of a body has arrived, without waiting. What has arrived is
	 * read. After the end of a body, Tomcat says that the bytes of the next request are
	 * available, and reads none of them.
	 */
	static boolean hasArrived(HttpServletRequest request) throws IOException {
		ServletInputStream body = request.getInputStream();
		int read = 1;
		for (int all = 0; read > 0 && all < MAX_BYTES && !body.isFinished() && body.available() > 0; all += read) {
			read = body.readNBytes(body.available()).length;
		}
		return body.isFinished() || !request.isAsyncSupported();
	}

	/**
	 * Discard the rest of a body as it arrives, and end the request then or after a
	 * while.
	 * @param request a request whose answer closes the connection
	 */
	static void discard(HttpServletRequest request) throws IOException {
		AsyncContext async = request.startAsync();
		async.setTimeout(MAX_MILLIS);
		UnreadBody unread = new UnreadBody(async, request.getInputStream());
		async.addListener(unread);
		unread.body.setReadListener(unread);
	}

	@Override
	public void onDataAvailable() throws IOException {
		while (this.body.isReady() && !this.body.isFinished()) {
			int read = this.body.read(this.buffer);
			this.discarded += read;
			if (read < 0 || this.discarded > MAX_BYTES) {
				this.request.complete();
				return;
			}
		}
	}

	@Override
	public void onAllDataRead() {
		this.request.complete();
	}

	@Override
	public void onError(Throwable failure) {
		this.request.complete();
	}

	@Override
	public void onTimeout(AsyncEvent event) {
		this.request.complete();
	}

	@Override
	public void onComplete(AsyncEvent event) {
		// Nothing is left to do.
	}

	@Override
	public void onError(AsyncEvent event) {
		// The container ends the request.
	}

	@Override
	public void onStartAsync(AsyncEvent event) {
		// Not started again.
	}

}
