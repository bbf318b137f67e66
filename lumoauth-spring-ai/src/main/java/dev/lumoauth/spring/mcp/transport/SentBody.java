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

package dev.lumoauth.spring.mcp.transport;

import java.io.ByteArrayOutputStream;
import java.net.http.HttpRequest;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Flow;

import org.jspecify.annotations.Nullable;

import dev.lumoauth.spring.token.SigningInterceptor;

/**
 * Collects the body of a request before it is sent, up to a limit.
 */
final class SentBody implements Flow.Subscriber<ByteBuffer> {

	private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

	private final CompletableFuture<byte[]> result = new CompletableFuture<>();

	private final int max;

	private Flow.@Nullable Subscription subscription;

	private SentBody(int max) {
		this.max = max;
	}

	/**
	 * Read a body.
	 * @param request the request
	 * @param max how many bytes there may be
	 * @return the body, empty for none; fails if there is more
	 */
	static CompletableFuture<byte[]> of(HttpRequest request, int max) {
		return request.bodyPublisher().map((publisher) -> {
			SentBody body = new SentBody(max);
			publisher.subscribe(body);
			return body.result;
		}).orElseGet(() -> CompletableFuture.completedFuture(new byte[0]));
	}

	@Override
	public void onSubscribe(Flow.Subscription subscription) {
		this.subscription = subscription;
		subscription.request(Long.MAX_VALUE);
	}

	@Override
	public void onNext(ByteBuffer part) {
		if (this.result.isDone()) {
			return;
		}
		if (part.remaining() > this.max - this.bytes.size()) {
			Objects.requireNonNull(this.subscription).cancel();
			this.result.completeExceptionally(SigningInterceptor.tooLarge(this.max));
			return;
		}
		byte[] copy = new byte[part.remaining()];
		part.get(copy);
		this.bytes.writeBytes(copy);
	}

	@Override
	public void onError(Throwable failure) {
		this.result.completeExceptionally(failure);
	}

	@Override
	public void onComplete() {
		this.result.complete(this.bytes.toByteArray());
	}

}
