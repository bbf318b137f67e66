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

package dev.lumoauth.spring.budget.shared;

import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.budget.AdmittedCall;
import dev.lumoauth.spring.budget.BudgetExhaustedException;
import dev.lumoauth.spring.budget.BudgetMonitor;
import dev.lumoauth.spring.budget.shared.jdbc.JdbcBudgetEngine;
import dev.lumoauth.spring.budget.shared.redis.RedisBudgetEngine;

import org.springframework.data.redis.connection.lettuce.LettuceConnectionFactory;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/**
 * A replica: ten chats that call a model until the budget refuses them. It prints each
 * call's beginning and end, what it took to reserve, and waits to be killed.
 */
final class FleetProcess {

	private static final int CHATS = 10;

	private FleetProcess() {
	}

	/**
	 * Run.
	 * @param arguments the store; tokens a day; calls an hour; what a call is expected to
	 * use; what it uses at most; how long it takes, in milliseconds; by how many seconds
	 * the clock is wrong; for how many seconds the chats go on, 0 = until the budget
	 * refuses
	 */
	public static void main(String[] arguments) throws Exception {
		BudgetEngine engine = engine(arguments[0]);
		long estimate = Long.parseLong(arguments[3]);
		long most = Long.parseLong(arguments[4]);
		long millis = Long.parseLong(arguments[5]);
		int seconds = Integer.parseInt(arguments[7]);
		engine.check();
		SharedBudget budget = SharedBudget.in(engine, OnStoreUnavailable.STOP);
		budget.start();
		BudgetMonitor monitor = BudgetMonitor
			.builder(() -> Map.of("max_tokens_per_day", Long.parseLong(arguments[1]), "max_api_calls_per_hour",
					Long.parseLong(arguments[2])), Runnable::run)
			.clock(Clock.offset(Clock.systemUTC(), Duration.ofSeconds(Long.parseLong(arguments[6]))))
			.store(budget, "tenant", "agent")
			.build();
		monitor.status();
		List<Thread> chats = new ArrayList<>();
		for (int i = 0; i < CHATS; i++) {
			Thread chat = new Thread(() -> chat(monitor, estimate, most, millis, seconds));
			chat.start();
			chats.add(chat);
		}
		for (Thread chat : chats) {
			chat.join();
		}
		say("done");
		System.in.read(); // until the test has read everything
		budget.pause();
		System.exit(0);
	}

	private static BudgetEngine engine(String store) {
		if (store.startsWith("jdbc:")) {
			return new JdbcBudgetEngine(new DriverManagerDataSource(store, "postgres", ""));
		}
		LettuceConnectionFactory redis = new LettuceConnectionFactory("127.0.0.1", Integer.parseInt(store));
		redis.afterPropertiesSet();
		redis.start();
		return new RedisBudgetEngine(redis);
	}

	/**
	 * A chat whose budget is used up tries again for some seconds: others may give
	 * something back.
	 */
	private static void chat(BudgetMonitor monitor, long estimate, long most, long millis, int seconds) {
		long begun = System.nanoTime();
		long next = begun;
		int refused = 0;
		while (refused < 10 && (seconds == 0 || System.nanoTime() - begun < TimeUnit.SECONDS.toNanos(seconds))) {
			long before = System.nanoTime();
			AdmittedCall call;
			try {
				call = AdmittedCall.begin(monitor, "model", estimate, null);
			}
			catch (BudgetExhaustedException | LumoAuthUnavailableException ex) {
				refused++;
				LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(1500));
				continue;
			}
			long taken = System.nanoTime() - before;
			long used = ThreadLocalRandom.current().nextLong(most / 2, most + 1);
			say("begin " + taken);
			if (seconds > 0) {
				next += TimeUnit.MILLISECONDS.toNanos(millis);
				LockSupport.parkNanos(next - System.nanoTime());
			}
			else {
				LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
			}
			say("end " + used + " " + Math.max(0, used - estimate));
			call.end(used);
		}
	}

	private static synchronized void say(String line) {
		System.out.println(line);
		System.out.flush();
	}

}
