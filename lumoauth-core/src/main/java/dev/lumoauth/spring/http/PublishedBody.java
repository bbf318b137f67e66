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

import java.net.http.HttpResponse;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.concurrent.Flow;

import org.jspecify.annotations.Nullable;

/**
 * Gives the body as a publisher: the JDK's client needs no other thread for it, and the
 * status is known even if the body breaks off. A caller that is interrupted while the
 * headers arrive never sees the publisher, and the JDK's client would wait for its
 * subscriber with the connection open: {@link #abandon()} closes the connection.
 */
final class PublishedBody implements HttpResponse.BodyHandler<Flow.Publisher<List<ByteBuffer>>> {

	private HttpResponse.@Nullable BodySubscriber<Flow.Publisher<List<ByteBuffer>>> subscriber;

	private boolean abandoned;

	@Override
	public synchronized HttpResponse.BodySubscriber<Flow.Publisher<List<ByteBuffer>>> apply(
			HttpResponse.ResponseInfo responseInfo) {
		HttpResponse.BodySubscriber<Flow.Publisher<List<ByteBuffer>>> created = HttpResponse.BodySubscribers
			.ofPublisher();
		if (this.abandoned) {
			cancel(created);
		}
		this.subscriber = created;
		return created;
	}

	/**
	 * Close the connection of an answer that nobody waits for any more. A body with a
	 * subscriber is not touched.
	 */
	synchronized void abandon() {
		this.abandoned = true;
		if (this.subscriber != null) {
			cancel(this.subscriber);
		}
	}

	private static void cancel(HttpResponse.BodySubscriber<Flow.Publisher<List<ByteBuffer>>> subscriber) {
		subscriber.getBody().thenAccept((body) -> body.subscribe(new Canceller()));
	}

	private static final class Canceller implements Flow.Subscriber<List<ByteBuffer>> {

		@Override
		public void onSubscribe(Flow.Subscription subscription) {
			subscription.cancel();
		}

		@Override
		public void onNext(List<ByteBuffer> item) {
			// Nothing was requested.
		}

		@Override
		public void onError(Throwable ex) {
			// Somebody else has subscribed, or the connection is closed already.
		}

		@Override
		public void onComplete() {
			// The answer had no body.
		}

	}

}
