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

package dev.lumoauth.spring.call;

import java.util.function.Predicate;

import org.jspecify.annotations.Nullable;

/**
 * What is known about the call that runs on this thread: each fact under a key of its
 * own. A context never changes: code that knows more runs in a new context, and the
 * former context counts again as soon as that code has ended.
 * <p>
 * Facts are for example the user, the caller, the conversation, the tool and the tokens
 * of this call. Whoever knows a fact has the key of that fact; nobody else can read or
 * replace it.
 * <p>
 * A fact counts on this thread, in code that runs meanwhile. Most facts stay here: a call
 * that was decided here is not decided on another thread. The key of a fact that belongs
 * to the call wherever it runs says so, and then {@link #passedOn()} has the fact: who
 * continues the call on another thread, or in a stream, passes that on in one step. A
 * stream has the context in Reactor's context: see {@link ReactiveCallContext}. Nobody
 * passes a context on by himself: it is not registered with context propagation, which
 * would pass it on to whatever that thread, or a stream that several users share, does
 * next.
 *
 * @since 0.1.0
 */
public final class CallContext {

	/**
	 * The key under which Reactor's context has the context of the call.
	 */
	public static final Object REACTOR_KEY = CallContext.class;

	/**
	 * Nothing is known.
	 */
	public static final CallContext EMPTY = new CallContext(null, new Key<>("nothing"), null, false);

	/**
	 * The outermost call makes the array, and the calls in it share it. A new array is
	 * written without the barrier that G1 has for old objects, which the entries of a
	 * thread's map become. Outside any call a thread has {@code null}, so that no class
	 * stays with it.
	 */
	private static final ThreadLocal<CallContext @Nullable []> HERE = new ThreadLocal<>();

	private final @Nullable CallContext others;

	private final Key<?> key;

	private final @Nullable Object value;

	/** Whether the fact came with the step of a stream that runs here. */
	private final boolean ofStream;

	private CallContext(@Nullable CallContext others, Key<?> key, @Nullable Object value, boolean ofStream) {
		this.others = others;
		this.key = key;
		this.value = value;
		this.ofStream = ofStream;
	}

	/**
	 * Return the context of the call that runs on this thread.
	 * @return the context; {@link #EMPTY} outside any call
	 */
	public static CallContext current() {
		CallContext[] here = HERE.get();
		return (here != null) ? here[0] : EMPTY;
	}

	/**
	 * Return a fact.
	 * @param key the key of the fact
	 * @param <T> the type of the fact
	 * @return the fact, or {@code null} if it is not known
	 */
	public <T> @Nullable T get(Key<T> key) {
		for (CallContext each = this; each != null; each = each.others) {
			if (each.key == key) {
				return key.cast(each.value);
			}
		}
		return null;
	}

	/**
	 * Return a context with one more fact, or with another value of that fact.
	 * @param key the key of the fact
	 * @param value the fact; {@code null} = not known
	 * @param <T> the type of the fact
	 * @return the context
	 */
	public <T> CallContext with(Key<T> key, @Nullable T value) {
		CallContext without = without(key);
		return (value != null) ? new CallContext(without, key, value, false) : without;
	}

	/**
	 * Return a context with the facts of this one and of another one.
	 * @param other the other context, whose value counts if both know a fact
	 * @return the context
	 */
	public CallContext and(CallContext other) {
		CallContext rest = other.others;
		return (rest == null) ? this
				: new CallContext(and(rest).without(other.key), other.key, other.value, other.ofStream);
	}

	/**
	 * Return what is passed on to another thread or stream that works for this call. A
	 * fact whose key doesn't say that it is passed on stays here.
	 * @return the context
	 */
	public CallContext passedOn() {
		CallContext rest = this.others;
		if (rest == null) {
			return this;
		}
		CallContext others = rest.passedOn();
		return this.key.passedOn ? new CallContext(others.without(this.key), this.key, this.value, false) : others;
	}

	/**
	 * Return the context in which a step of a stream runs here. A step may run inside a
	 * step of another stream, as a receiver does: what that stream knows is not passed to
	 * it.
	 * @param stream what the stream knows, which counts more than what is known here
	 * @return the context
	 */
	public CallContext inStepOf(CallContext stream) {
		return keep((fact) -> !fact.ofStream).withStream(stream);
	}

	private CallContext withStream(CallContext stream) {
		CallContext rest = stream.others;
		return (rest == null) ? this : new CallContext(withStream(rest), stream.key, stream.value, true);
	}

	private CallContext without(Key<?> unwanted) {
		return (get(unwanted) != null) ? keep((fact) -> fact.key != unwanted) : this;
	}

	private CallContext keep(Predicate<CallContext> wanted) {
		CallContext rest = this.others;
		if (rest == null) {
			return this;
		}
		CallContext kept = rest.keep(wanted);
		if (!wanted.test(this)) {
			return kept;
		}
		return (kept == rest) ? this : new CallContext(kept, this.key, this.value, this.ofStream);
	}

	/**
	 * Run code in this context on this thread.
	 * @param code the code
	 * @param <T> the type of the result
	 * @param <E> the type of the exception
	 * @return the result of the code
	 * @throws E what the code throws
	 */
	public <T extends @Nullable Object, E extends Throwable> T run(Action<T, E> code) throws E {
		try (Entered entered = enter()) {
			return code.run();
		}
	}

	/**
	 * Enter this context on this thread until the result is closed: for interfaces that
	 * tell the begin and the end of a step apart. Close on this thread, in the reverse
	 * order.
	 * @return leaves the context; the former one counts again
	 */
	public Entered enter() {
		CallContext[] here = HERE.get();
		if (here == null) {
			HERE.set(new CallContext[] { this });
			return () -> HERE.set(null);
		}
		CallContext before = here[0];
		here[0] = this;
		return () -> here[0] = before;
	}

	/**
	 * Names the facts and shows none of them.
	 */
	@Override
	public String toString() {
		StringBuilder names = new StringBuilder("CallContext[");
		for (CallContext each = this; each.others != null; each = each.others) {
			names.append((names.charAt(names.length() - 1) == '[') ? "" : ", ").append(each.key);
		}
		return names.append(']').toString();
	}

	/**
	 * A context that counts on this thread until it is closed.
	 */
	@FunctionalInterface
	public interface Entered extends AutoCloseable {

		@Override
		void close();

	}

	/**
	 * The key of a fact. Two keys with the same name are two keys.
	 *
	 * @param <T> the type of the fact
	 */
	public static final class Key<T> {

		private final String name;

		private final boolean passedOn;

		/**
		 * Create the key of a fact that stays on the thread.
		 * @param name says what the fact is, for {@link CallContext#toString()}
		 */
		public Key(String name) {
			this(name, false);
		}

		private Key(String name, boolean passedOn) {
			this.name = name;
			this.passedOn = passedOn;
		}

		/**
		 * Create the key of a fact that belongs to the call wherever it runs.
		 * @param name says what the fact is, for {@link CallContext#toString()}
		 * @param <T> the type of the fact
		 * @return the key
		 */
		public static <T> Key<T> passedOn(String name) {
			return new Key<>(name, true);
		}

		/**
		 * Only this key's values are stored under this key.
		 */
		@SuppressWarnings("unchecked")
		private @Nullable T cast(@Nullable Object value) {
			return (T) value;
		}

		@Override
		public String toString() {
			return this.name;
		}

	}

}
