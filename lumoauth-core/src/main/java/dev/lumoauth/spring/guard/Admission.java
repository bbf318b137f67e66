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

package dev.lumoauth.spring.guard;

import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import java.util.function.Supplier;

import dev.lumoauth.spring.call.Action;
import dev.lumoauth.spring.user.UserToken;
import org.jspecify.annotations.Nullable;

/**
 * The answer of a {@link Gate}: how a call goes on. A refusal is an exception.
 *
 * @since 0.1.0
 */
public sealed interface Admission {

	/**
	 * The call goes on, as if the gate were not there.
	 */
	Admission FREE = new Free(null);

	/**
	 * The call goes on.
	 *
	 * @param user the user for whom it runs; {@code null} = nothing changes
	 */
	record Free(@Nullable UserToken user) implements Admission {
	}

	/**
	 * The call runs once, and the gate learns of its end.
	 *
	 * @param ticket begins the call, after all gates
	 */
	record Once(Ticket ticket) implements Admission {
	}

	/**
	 * The call has run before and doesn't run again.
	 *
	 * @param result its result, as {@link ResultText} has written it
	 */
	record Kept(String result) implements Admission {

		public Kept {
			Objects.requireNonNull(result, "No result is kept");
		}

	}

	/**
	 * The call can't go on yet. The guard may wait, and then asks all gates again.
	 *
	 * @param decision supplies a future that completes when the gate knows more; whoever
	 * stops waiting cancels the future. Called only if there is patience
	 * @param patience how long to wait; zero = don't wait
	 * @param refusal what the caller gets meanwhile, which is a
	 * {@link dev.lumoauth.spring.Refusal}
	 * @param again receives what makes the same call again, for its caller, if the call
	 * ends with the refusal
	 */
	record Later(Supplier<? extends CompletableFuture<?>> decision, Duration patience, RuntimeException refusal,
			Consumer<Action<? extends @Nullable Object, Throwable>> again) implements Admission {
	}

}
