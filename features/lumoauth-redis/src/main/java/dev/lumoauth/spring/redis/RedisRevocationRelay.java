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

package dev.lumoauth.spring.redis;

import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.Lock;
import java.util.concurrent.locks.ReentrantLock;

import javax.crypto.spec.SecretKeySpec;

import dev.lumoauth.spring.revocation.Revocation;
import dev.lumoauth.spring.revocation.RevocationRelay;
import dev.lumoauth.spring.revocation.RevocationSource;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

import org.springframework.context.SmartLifecycle;
import org.springframework.data.redis.connection.RedisConnection;
import org.springframework.data.redis.connection.RedisConnectionFactory;
import org.springframework.data.redis.listener.ChannelTopic;
import org.springframework.data.redis.listener.RedisMessageListenerContainer;

/**
 * Passes events of one replica on to the others by Redis's publish and subscribe. The
 * messages are authenticated: someone who can publish in Redis without the key can't send
 * anything to the replicas. Without Redis each replica continues with the events that it
 * receives itself.
 *
 * @since 0.1.0
 */
public final class RedisRevocationRelay implements RevocationRelay, SmartLifecycle, AutoCloseable {

	private static final Log logger = LogFactory.getLog(RedisRevocationRelay.class);

	/** The longest time until a driver tries again to connect. */
	private static final Duration CONNECTED = Duration.ofSeconds(30);

	private final RevocationSource source;

	private final RedisConnectionFactory redis;

	private final SecretKeySpec key;

	private final String channel;

	private final Executor executor;

	private final Executor later;

	private final Clock clock;

	private final RedisMessageListenerContainer subscription = new RedisMessageListenerContainer();

	private final Lock subscribing = new ReentrantLock();

	private final AtomicBoolean warned = new AtomicBoolean();

	/** The last start; {@code null} = stopped. */
	private volatile @Nullable Object running;

	/** The start whose subscription was the last one. */
	private volatile @Nullable Object subscribed;

	private volatile boolean closed;

	/**
	 * Create the relay, which passes on no events before {@link #start()}.
	 * @param source applies the events of other replicas
	 * @param redis the connection to Redis
	 * @param secret the secret that only the replicas share
	 * @param executor subscribes, and publishes messages
	 * @param later subscribes and publishes again, after a pause
	 * @param clock the clock
	 */
	public RedisRevocationRelay(RevocationSource source, RedisConnectionFactory redis, byte[] secret, Executor executor,
			Executor later, Clock clock) {
		this.source = source;
		this.redis = redis;
		this.key = RelayMessage.key(secret, "lumoauth revocations");
		this.channel = "lumoauth:revocations:" + RelayMessage.name(this.key);
		this.executor = executor;
		this.later = later;
		this.clock = clock;
		this.subscription.setConnectionFactory(redis);
		this.subscription.addMessageListener((message, pattern) -> received(message.getBody()),
				new ChannelTopic(this.channel));
		this.subscription.afterPropertiesSet();
	}

	/**
	 * Subscribe in the background, and try again until Redis is available. Messages that
	 * are published before are lost. If there was a subscription before, the source is
	 * told that events were missed.
	 */
	@Override
	public void start() {
		Object start = new Object();
		this.running = start;
		execute(this.executor, () -> subscribe(start));
	}

	private void subscribe(Object start) {
		this.subscribing.lock();
		try {
			if (this.running == start) {
				listen(start);
			}
		}
		finally {
			this.subscribing.unlock();
		}
	}

	private void listen(Object start) {
		try {
			// Else it counts as started after a failure, and when its connection has
			// ended with the connection factory.
			this.subscription.stop();
			this.subscription.start();
		}
		catch (RuntimeException ex) {
			warn("Events of other replicas don't arrive, because the subscription to Redis failed. It is tried "
					+ "again", ex);
			execute(this.later, () -> subscribe(start));
			return;
		}
		boolean again = this.subscribed != null;
		this.subscribed = start;
		if (again) {
			this.source.missed(Revocation.Effect.TOKENS);
		}
	}

	/**
	 * Listen no longer. The connection ends with the connection factory, so that the user
	 * in Redis needs no right to unsubscribe.
	 */
	@Override
	public void stop() {
		this.running = null;
	}

	@Override
	public boolean isRunning() {
		return this.running != null;
	}

	/**
	 * As the shared tokens: after the web server, whose requests bring events, and before
	 * the connections to Redis.
	 */
	@Override
	public int getPhase() {
		return DEFAULT_PHASE - 4096;
	}

	@Override
	public void publish(String id, Duration life, List<Revocation> revocations) {
		byte[] whole = new RelayMessage(id, life, List.copyOf(revocations)).write(this.key, this.clock);
		byte[] message = (whole.length <= RelayMessage.MAX_BYTES) ? whole
				: new RelayMessage(id, life, ofEveryone(revocations)).write(this.key, this.clock);
		Instant end = this.clock.instant().plus(RelayMessage.MAX_AGE);
		execute(this.executor, () -> send(message, end, false));
	}

	/** Without names, a message is short enough for the other replicas to take it. */
	private static List<Revocation> ofEveryone(List<Revocation> revocations) {
		return revocations.stream().map(Revocation::effect).distinct().map(Revocation::ofEveryone).toList();
	}

	/**
	 * Publish a message. One that could not be published is sent until others that have
	 * lost Redis as well have had time to connect again.
	 * @param end when nobody takes the message any more
	 * @param missed whether it could not be published before
	 */
	private void send(byte[] message, Instant end, boolean missed) {
		Instant until = end;
		try (RedisConnection connection = this.redis.getConnection()) {
			connection.publish(this.channel.getBytes(StandardCharsets.UTF_8), message);
			Instant connected = this.clock.instant().plus(CONNECTED);
			until = !missed ? Instant.MIN : connected.isBefore(end) ? connected : end;
		}
		catch (RuntimeException ex) {
			if (!missed) {
				logger.warn("An event could not be passed on to the other replicas by Redis, and is sent again for "
						+ RelayMessage.MAX_AGE.toMinutes() + " minutes. " + RedisRefusal.describe(ex));
			}
		}
		Instant last = until;
		if (!this.closed && this.clock.instant().isBefore(last)) {
			execute(this.later, () -> send(message, last, true));
		}
	}

	private void received(byte[] body) {
		RelayMessage message = null;
		try {
			message = RelayMessage.read(this.key, body, this.clock);
		}
		catch (IllegalArgumentException ex) {
			// Logged below.
		}
		if (message != null) {
			this.source.relayed(message.id(), message.life(), message.revocations());
		}
		else {
			warn("A message in Redis is not from a replica and is not used: the replicas have different secrets or "
					+ "clocks, or someone else has published it", null);
		}
	}

	private void warn(String what, @Nullable Throwable cause) {
		if (this.warned.compareAndSet(false, true)) {
			logger.warn(what + ". Logged once." + ((cause != null) ? " " + RedisRefusal.describe(cause) : ""));
		}
	}

	private static void execute(Executor executor, Runnable work) {
		try {
			executor.execute(work);
		}
		catch (RejectedExecutionException ex) {
			logger.warn("An event was not passed on to the other replicas: too many events wait, or the application "
					+ "is stopping");
		}
	}

	/**
	 * Return whether events of other replicas arrive.
	 * @return whether the subscription to Redis is active
	 */
	public boolean isListening() {
		Object start = this.running;
		return start != null && start == this.subscribed && this.subscription.isListening();
	}

	@Override
	public void close() throws Exception {
		this.closed = true;
		stop();
		this.subscription.destroy();
	}

}
