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

package dev.lumoauth.spring.test;

import org.jspecify.annotations.Nullable;

/**
 * What a thread works for, as far as it is known: a test, or code of a test class outside
 * its tests. A pool's thread is known while it runs a task that was
 * {@linkplain #carried(Runnable) carried} there.
 */
final class ThreadTurn {

	/** Not inheritable: a pool's thread outlives the test in which it was created. */
	private static final ThreadLocal<ThreadTurn> CURRENT = new ThreadLocal<>();

	private final @Nullable Turn turn;

	private final String description;

	private ThreadTurn(@Nullable Turn turn, String description) {
		this.turn = turn;
		this.description = description;
	}

	/**
	 * Return what this thread works for, or {@code null} if that isn't known.
	 */
	static @Nullable ThreadTurn current() {
		return CURRENT.get();
	}

	static ThreadTurn of(Turn turn) {
		return new ThreadTurn(turn, turn.toString());
	}

	/**
	 * Code of a test class outside its tests.
	 */
	static ThreadTurn outside(Class<?> testClass) {
		return new ThreadTurn(null, testClass.getName());
	}

	/**
	 * Set what this thread works for.
	 * @param current the turn, or {@code null} if it isn't known
	 */
	static void set(@Nullable ThreadTurn current) {
		if (current != null) {
			CURRENT.set(current);
		}
		else {
			CURRENT.remove();
		}
	}

	/**
	 * Return a task that works for this thread's current test, no matter when and on
	 * which thread it runs.
	 */
	static Runnable carried(Runnable task) {
		ThreadTurn submitted = current();
		if (submitted == null) {
			return task;
		}
		return () -> {
			ThreadTurn before = current();
			set(submitted);
			try {
				task.run();
			}
			finally {
				set(before);
			}
		};
	}

	/**
	 * Return the test, or {@code null} if the thread does not work for a test.
	 */
	@Nullable Turn turn() {
		return this.turn;
	}

	@Override
	public String toString() {
		return this.description;
	}

}
