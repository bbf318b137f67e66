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

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.http.HttpTimeoutException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Flow;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

import org.jspecify.annotations.Nullable;

/**
 * Receives a body up to a limit, while the calling thread waits for it: the request's own
 * timeout ends with the headers (JDK-8208693).
 */
final class BodyReceiver implements Flow.Subscriber<List<ByteBuffer>> {

	private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

	private final CompletableFuture<@Nullable Void> end = new CompletableFuture<>();

	private final int limit;

	private volatile Flow.@Nullable Subscription subscription;

	/**
	 * Create a receiver.
	 * @param limit how many bytes to receive at least before the rest is left out
	 */
	BodyReceiver(int limit) {
		this.limit = limit;
	}

	/**
	 * Wait for the end of the body. A failure shows when the body is read, after the
	 * status.
	 * @param timeLeft how long to wait, in nanoseconds
	 */
	ReceivedBody await(long timeLeft) throws InterruptedException {
		try {
			this.end.get(timeLeft, TimeUnit.NANOSECONDS);
			return received(null);
		}
		catch (TimeoutException ex) {
			return received(new HttpTimeoutException("The end of the answer did not come in time"));
		}
		catch (ExecutionException ex) {
			return received((ex.getCause() instanceof IOException cause) ? cause : new IOException(ex.getCause()));
		}
		finally {
			if (this.end.complete(null)) {
				cancel();
			}
		}
	}

	private ReceivedBody received(@Nullable IOException failure) {
		return new ReceivedBody(this.bytes.toByteArray(), failure);
	}

	private void cancel() {
		Flow.Subscription current = this.subscription;
		if (current != null) {
			current.cancel();
		}
	}

	@Override
	public void onSubscribe(Flow.Subscription subscription) {
		this.subscription = subscription;
		if (this.end.isDone()) {
			subscription.cancel();
		}
		subscription.request(Long.MAX_VALUE);
	}

	@Override
	public void onNext(List<ByteBuffer> buffers) {
		for (ByteBuffer buffer : buffers) {
			byte[] chunk = new byte[buffer.remaining()];
			buffer.get(chunk);
			if (this.bytes.size() < this.limit) {
				this.bytes.writeBytes(chunk);
			}
		}
		if (this.bytes.size() >= this.limit) {
			cancel();
			this.end.complete(null);
		}
	}

	@Override
	public void onError(Throwable ex) {
		this.end.completeExceptionally(ex);
	}

	@Override
	public void onComplete() {
		this.end.complete(null);
	}

}
