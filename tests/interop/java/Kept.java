import eu.chargetime.ocpp.feature.ProfileFeature;
import eu.chargetime.ocpp.feature.profile.ClientCoreProfile;
import eu.chargetime.ocpp.feature.profile.Profile;
import eu.chargetime.ocpp.model.Confirmation;
import eu.chargetime.ocpp.model.Request;
import eu.chargetime.ocpp.model.core.*;
import java.time.ZonedDateTime;
import java.util.UUID;

/**
 * What a station keeps until it is answered.
 *
 * <p>For the library it is not about a transaction: its own queue sends each message for a second and forgets it, whether
 * it was answered or not, and lets everything later wait behind it.
 */
interface Kept {
  default boolean kept() {
    return true;
  }

  final class Start extends StartTransactionRequest implements Kept {
    Start(Integer connectorId, String idTag, Integer meterStart, ZonedDateTime timestamp) {
      super(connectorId, idTag, meterStart, timestamp);
    }

    @Override
    public boolean transactionRelated() {
      return false;
    }
  }

  final class Stop extends StopTransactionRequest implements Kept {
    Stop(Integer meterStop, ZonedDateTime timestamp, Integer transactionId) {
      super(meterStop, timestamp, transactionId);
    }

    @Override
    public boolean transactionRelated() {
      return false;
    }
  }

  final class Meter extends MeterValuesRequest implements Kept {
    Meter(Integer connectorId) {
      super(connectorId);
    }

    @Override
    public boolean transactionRelated() {
      return false;
    }
  }

  /** The features that carry them. */
  record Messages(ClientCoreProfile core) implements Profile {
    @Override
    public ProfileFeature[] getFeatureList() {
      return new ProfileFeature[] {
        feature("StartTransaction", Start.class, StartTransactionConfirmation.class),
        feature("StopTransaction", Stop.class, StopTransactionConfirmation.class),
        feature("MeterValues", Meter.class, MeterValuesConfirmation.class)
      };
    }

    @Override
    public Confirmation handleRequest(UUID session, Request request) {
      return core.handleRequest(session, request);
    }

    private ProfileFeature feature(String action, Class<? extends Request> request, Class<? extends Confirmation> answer) {
      return new ProfileFeature(this) {
        @Override
        public Class<? extends Request> getRequestType() {
          return request;
        }

        @Override
        public Class<? extends Confirmation> getConfirmationType() {
          return answer;
        }

        @Override
        public String getAction() {
          return action;
        }
      };
    }
  }
}
