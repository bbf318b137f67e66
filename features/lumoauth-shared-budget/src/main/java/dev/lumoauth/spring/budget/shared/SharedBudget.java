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

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

import dev.lumoauth.spring.LumoAuthUnavailableException;
import dev.lumoauth.spring.budget.BudgetStore;
import dev.lumoauth.spring.budget.shared.BudgetEngine.Answer;
import dev.lumoauth.spring.budget.shared.BudgetEngine.Ask;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * A {@link BudgetStore} that all replicas of an application share. A replica takes
 * portions of a limit, so that most model calls ask nobody, and gives back what it does
 * not need. The replicas together never begin a call that the limit does not have.
 * <p>
 * The period of a limit begins and ends by the store's clock.
 *
 * @since 0.1.0
 */
public final class SharedBudget implements BudgetStore {

	/**
	 * How often each replica tells the store what it has used, and that it is alive.
	 */
	public static final Duration TELLS = Duration.ofSeconds(5);

	/**
	 * As in one process: a call whose end is never reported.
	 */
	private static final long LONGEST_CALL = Duration.ofMinutes(10).toNanos();

	private static final Duration MOST_SKEW = Duration.ofMinutes(1);

	private static final Log logger = LogFactory.getLog(SharedBudget.class);

	private final BudgetEngine engine;

	private final EngineAccess access;

	private final OnStoreUnavailable policy;

	private final LongSupplier wallMillis;

	private final LongSupplier nanos;

	private final String replica = UUID.randomUUID().toString();

	private final Map<Series, Portion> portions = new ConcurrentHashMap<>();

	private final Map<Series, Long> added = new ConcurrentHashMap<>();

	private final Map<Hold, Taken> open = new ConcurrentHashMap<>();

	/** The store's time minus this process's nanoseconds; {@code null} = unknown. */
	private volatile @Nullable Long offset;

	private volatile @Nullable Instant sharedSince;

	private volatile boolean skewSaid;

	private SharedBudget(BudgetEngine engine, OnStoreUnavailable policy, EngineAccess access, LongSupplier wallMillis,
			LongSupplier nanos) {
		this.engine = engine;
		this.policy = policy;
		this.access = access;
		this.wallMillis = wallMillis;
		this.nanos = nanos;
	}

	/**
	 * Create the store.
	 * @param engine where the replicas keep what they have used
	 * @param policy what happens while the engine gives no answer
	 * @return the store, which has not asked the engine yet
	 */
	public static SharedBudget in(BudgetEngine engine, OnStoreUnavailable policy) {
		return new SharedBudget(engine, policy, EngineAccess.onThreads(engine), System::currentTimeMillis,
				System::nanoTime);
	}

	static SharedBudget in(BudgetEngine engine, OnStoreUnavailable policy, LongSupplier wallMillis,
			LongSupplier nanos) {
		return new SharedBudget(engine, policy, EngineAccess.direct(engine, nanos), wallMillis, nanos);
	}

	/**
	 * Begin to tell the store regularly. {@link #pause()} ends that.
	 */
	public void start() {
		this.access.repeat(this::tell, TELLS);
	}

	/**
	 * Give back everything that this process holds for calls to come.
	 */
	public void pause() {
		this.access.endRepeat();
		for (Portion portion : this.portions.values()) {
			tell(portion, true, true);
		}
	}

	/**
	 * Tell the store what was used, that this process is alive, and what it gives back.
	 */
	void tell() {
		long now = this.nanos.getAsLong();
		this.open.forEach((hold, taken) -> {
			if (now - taken.at() > LONGEST_CALL) {
				cancel(hold, true);
			}
		});
		for (Portion portion : this.portions.values()) {
			tell(portion, portion.wasIdle(), false);
		}
	}

	private void tell(Portion portion, boolean giveBack, boolean leaving) {
		if (leaving ? !await(portion) : !portion.asking.tryLock()) {
			return; // a call is asking
		}
		try {
			ask(portion, null, giveBack, leaving);
		}
		catch (BudgetStoreException ex) {
			logger.debug("The store of budgets could not be told", ex);
		}
		finally {
			portion.asking.unlock();
		}
	}

	@Override
	public Map<Count, Sum> add(Map<Count, Long> amounts) {
		List<Portion> portions = new ArrayList<>();
		for (Count count : amounts.keySet()) {
			Portion portion = portion(count);
			if (portion.state().answer() == null) {
				first(portion);
			}
			portions.add(portion);
		}
		BudgetStoreException failure = this.access.failure();
		if (failure != null) {
			throw new BudgetStoreException("%s. lumoauth.budget.on-store-unavailable=%s decides about model calls"
				.formatted(failure.getMessage(), policyCode()), failure);
		}
		Map<Count, Sum> sums = new LinkedHashMap<>();
		int i = 0;
		for (Map.Entry<Count, Long> each : amounts.entrySet()) {
			Count count = each.getKey();
			// Counts of the process's own periods, which may begin a little earlier.
			Series series = new Series(count.tenant(), count.agent(), count.limit(), count.since());
			this.added.keySet().removeIf((other) -> other.isBefore(series));
			long sum = this.added.merge(series, each.getValue(), Long::sum);
			sums.put(count, portions.get(i++).sum(sum));
		}
		return sums;
	}

	/**
	 * Learn what the others have used.
	 */
	private void first(Portion portion) {
		try {
			portion.asking.lock();
			try {
				ask(portion, null, false, false);
			}
			finally {
				portion.asking.unlock();
			}
		}
		catch (BudgetStoreException ex) {
			logger.debug("The store of budgets could not be asked", ex);
		}
	}

	@Override
	public boolean waits() {
		return true;
	}

	@Override
	public @Nullable Refusal reserve(Hold hold, boolean mayWait) {
		Map<Portion, Portion.Begun> taken = new LinkedHashMap<>();
		Refusal refusal = null;
		boolean complete = false;
		try {
			for (Map.Entry<Count, Claim> each : hold.claims().entrySet()) {
				Portion portion = portion(each.getKey());
				refusal = take(portion, each.getValue(), mayWait, taken);
				if (refusal != null) {
					return refusal;
				}
			}
			this.open.put(hold, new Taken(this.nanos.getAsLong(), taken));
			complete = true;
			return null;
		}
		finally {
			if (!complete) {
				taken.forEach((portion, begun) -> portion.cancel(claim(hold, portion), begun, false));
			}
		}
	}

	private @Nullable Refusal take(Portion portion, Claim claim, boolean mayWait, Map<Portion, Portion.Begun> taken) {
		portion.roll(now());
		if (isTaken(portion, portion.take(claim), taken)) {
			return null;
		}
		Refusal before = portion.refusedBefore(claim, this.nanos.getAsLong());
		if (before != null) {
			return before;
		}
		if (!mayWait) {
			throw unavailable("The agent's budget is shared, and this thread may not wait for the store: nothing is "
					+ "held for this model call. Make it on a thread that may block.", null);
		}
		try {
			return takeOfStore(portion, claim, taken);
		}
		catch (BudgetStoreException ex) {
			return takeAway(portion, claim, ex, taken);
		}
	}

	private static boolean isTaken(Portion portion, Portion.@Nullable Begun begun, Map<Portion, Portion.Begun> taken) {
		if (begun != null) {
			taken.put(portion, begun);
		}
		return begun != null;
	}

	private @Nullable Refusal takeOfStore(Portion portion, Claim claim, Map<Portion, Portion.Begun> taken) {
		if (!await(portion)) {
			throw this.access.busy();
		}
		try {
			if (isTaken(portion, portion.take(claim), taken)) {
				return null; // what another call has got
			}
			Refusal before = portion.refusedBefore(claim, this.nanos.getAsLong());
			if (before != null) {
				return before;
			}
			ask(portion, claim, false, false);
			return isTaken(portion, portion.take(claim), taken) ? null : portion.refusal(claim);
		}
		finally {
			portion.asking.unlock();
		}
	}

	private static boolean await(Portion portion) {
		try {
			// A little longer than the answer to another call may take.
			return portion.asking.tryLock(EngineAccess.TIMEOUT.toMillis() * 5 / 4, TimeUnit.MILLISECONDS);
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
			return false;
		}
	}

	/**
	 * If the store's time is in another period, ask again about that one.
	 */
	private void ask(Portion portion, @Nullable Claim claim, boolean giveBack, boolean leaving) {
		for (int attempt = 0; attempt < 3; attempt++) {
			portion.roll(now());
			Ask ask = portion.ask(claim, giveBack, leaving, this.nanos.getAsLong());
			Answer answer = this.access.exchange(ask);
			this.offset = answer.now() - Portion.millis(this.nanos.getAsLong());
			boolean current = portion.answered(ask, answer, this.nanos.getAsLong());
			if (answer.current() && this.sharedSince == null) {
				this.sharedSince = Instant.ofEpochMilli(answer.now());
			}
			sayIfClocksDiffer(answer.now());
			if (current) {
				return;
			}
		}
		throw new BudgetStoreException("The store's clock is not in the period of the limit", null);
	}

	private void sayIfClocksDiffer(long now) {
		long seconds = Math.abs(this.wallMillis.getAsLong() - now) / 1000;
		if (seconds > MOST_SKEW.toSeconds() && !this.skewSaid) {
			this.skewSaid = true;
			logger.warn("The clock of this machine and that of the budgets' store (%s) differ by %d s. The limits "
				.formatted(this.engine.name(), seconds)
					+ "follow the store's clock; what this replica shows follows its own. Synchronize both clocks.");
		}
	}

	private @Nullable Refusal takeAway(Portion portion, Claim claim, BudgetStoreException ex,
			Map<Portion, Portion.Begun> taken) {
		if (this.policy == OnStoreUnavailable.STOP) {
			throw unavailable(policyWords() + ex.getMessage(), ex);
		}
		if (this.policy == OnStoreUnavailable.DIVIDE && portion.replicas() == 0 && claim.limit() != null) {
			throw unavailable("The store of budgets has not answered since the application started, so this replica "
					+ "does not know its share, and model calls are refused. " + ex.getMessage(), ex);
		}
		if (this.policy == OnStoreUnavailable.DIVIDE && this.access.failure() == null && claim.limit() != null) {
			// The other replicas may have its answers, and use what is left.
			throw unavailable("The store of budgets answers others, but did not answer this model call in time. "
					+ ex.getMessage(), ex);
		}
		return isTaken(portion, portion.takeAway(claim, this.policy), taken) ? null : portion.refusal(claim);
	}

	private String policyWords() {
		return "The store of budgets does not answer, and model calls are refused then "
				+ "(lumoauth.budget.on-store-unavailable=%s). ".formatted(policyCode());
	}

	private String policyCode() {
		return this.policy.name().toLowerCase(Locale.ROOT);
	}

	private static LumoAuthUnavailableException unavailable(String message, @Nullable Throwable cause) {
		return new LumoAuthUnavailableException(message, cause);
	}

	@Override
	public void settle(@Nullable Hold hold, Map<Count, Long> used) {
		Taken taken = (hold != null) ? this.open.remove(hold) : null;
		used.forEach((count, amount) -> {
			Portion portion = portion(count);
			portion.roll(now());
			if (hold != null && taken != null) {
				portion.settle(claim(hold, portion), taken.of().get(portion), amount);
			}
			else {
				portion.settle(null, null, amount);
			}
		});
	}

	@Override
	public void cancel(Hold hold) {
		cancel(hold, false);
	}

	private void cancel(Hold hold, boolean made) {
		Taken taken = this.open.remove(hold);
		if (taken != null) {
			taken.of().forEach((portion, begun) -> portion.cancel(claim(hold, portion), begun, made));
		}
	}

	private static Claim claim(Hold hold, Portion portion) {
		return hold.claims()
			.entrySet()
			.stream()
			.filter((each) -> each.getKey().limit().equals(portion.limit()))
			.map(Map.Entry::getValue)
			.findFirst()
			.orElseThrow();
	}

	private Portion portion(Count count) {
		return this.portions.computeIfAbsent(new Series(count.tenant(), count.agent(), count.limit(), Instant.EPOCH),
				(series) -> new Portion(count, this.replica, now()));
	}

	/**
	 * Return the random name of this process.
	 */
	String replica() {
		return this.replica;
	}

	private long now() {
		Long known = this.offset;
		return (known != null) ? known + Portion.millis(this.nanos.getAsLong()) : this.wallMillis.getAsLong();
	}

	/**
	 * Return how many replicas share the budget, as far as this one knows.
	 * @param agent the client id of the agent
	 * @return the number; 0 if the store has not answered yet
	 */
	public int replicas(String agent) {
		return this.portions.values()
			.stream()
			.filter((portion) -> portion.agent().equals(agent))
			.mapToInt(Portion::replicas)
			.max()
			.orElse(0);
	}

	/**
	 * Return what this process holds of a limit: for calls under way, and for those to
	 * come.
	 * @param agent the client id of the agent
	 * @param limit the name of the limit
	 * @return the amount in the unit of the limit
	 */
	public long held(String agent, String limit) {
		return this.portions.values()
			.stream()
			.filter((portion) -> portion.agent().equals(agent) && portion.limit().equals(limit))
			.mapToLong((portion) -> portion.state().held())
			.sum();
	}

	/**
	 * Describe the share of an agent, for people who run the application.
	 * @param agent the client id of the agent
	 * @return the store, since when it is shared with how many replicas, and what this
	 * process holds
	 */
	public Map<String, Object> describe(String agent) {
		Map<String, Object> described = new LinkedHashMap<>();
		described.put("store", this.engine.name());
		described.put("available", this.access.failure() == null);
		described.put("replicas", replicas(agent));
		Instant since = this.sharedSince;
		if (since != null) {
			described.put("since", since);
		}
		Map<String, Object> limits = new LinkedHashMap<>();
		this.portions.values().stream().filter((portion) -> portion.agent().equals(agent)).forEach((portion) -> {
			Portion.State state = portion.state();
			Map<String, Object> limit = new LinkedHashMap<>();
			limit.put("used", state.used());
			limit.put("reserved", state.reserved());
			limit.put("spare", state.spare());
			limits.put(portion.limit(), limit);
		});
		described.put("holds", limits);
		return described;
	}

	@Override
	public void close() {
		this.access.close();
	}

	@Override
	public String toString() {
		return "shared budget in " + this.engine.name();
	}

	/**
	 * The periods of one limit of one agent.
	 */
	private record Series(String tenant, String agent, String limit, Instant since) {

		boolean isBefore(Series other) {
			return this.tenant.equals(other.tenant) && this.agent.equals(other.agent) && this.limit.equals(other.limit)
					&& this.since.isBefore(other.since);
		}

	}

	/**
	 * What a call has taken, and when.
	 *
	 * @param at by the clock of nanoseconds
	 * @param of the portions, and when it was taken of each
	 */
	private record Taken(long at, Map<Portion, Portion.Begun> of) {

	}

}
